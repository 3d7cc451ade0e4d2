import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type PinterestError, staticToken } from "../../provider/api";
import { createRedactor } from "../../provider/api/redact";
import { redacted } from "../expected/messages";
import { clientFor as clientWith, failureOf } from "./helpers/client";
import { respondWith, serve } from "./helpers/server";

/** In a format that no pattern for tokens matches. */
const token = 'opaque/TESTTOKEN+0123"45';

const clientFor: typeof clientWith = (apiUrl, options = {}) =>
  clientWith(apiUrl, { credentials: staticToken(token), ...options });

const secrets = {
  partnerAccessToken: 'sp/at+"quoted\\=é&<b>店 end',
  partnerRefreshToken: "refresh-0123456789",
  partnerPrimaryEmail: "owner+pins@shop.example",
};

/** All representations of an error that a user could see. */
function allTextOf(error: PinterestError): string {
  const properties = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [
    String(error),
    error.stack,
    inspect(error, { depth: null, showHidden: true }),
    JSON.stringify(error),
    ...properties,
  ].join("\n");
}

const leaks = [
  token,
  ...Object.values(secrets),
  ...Object.values(secrets).map((value) => JSON.stringify(value).slice(1, -1)),
  ...Object.values(secrets).map(encodeURIComponent),
  // No escape changes these parts.
  "TESTTOKEN",
  "quoted",
  "refresh-0123",
  "owner",
];

function expectNoSecret(text: string): void {
  for (const leak of leaks) expect(text).not.toContain(leak);
}

/** All secrets as they are, in JSON and in a URL. The properties below test further escapes. */
const echoed = [token, ...Object.values(secrets)]
  .flatMap((value) => [value, JSON.stringify(value), encodeURIComponent(value)])
  .join(" | ");

describe("errors do not contain secrets that a server returns", () => {
  test.each([
    ["in Pinterest's message", 400, { code: 1, message: `bad value: ${echoed}` }],
    ["in its details", 400, { code: 1, message_detail: echoed, details: { value: echoed } }],
    ["in a page", 502, `<html><body>Request was: ${echoed}</body></html>`],
    ["in a success response that is not JSON", 200, `Request was: ${echoed}`],
    ["as the id of another integration", 200, { external_business_id: echoed }],
  ])("%s", async (_place, status, body) => {
    const server = await serve(respondWith(status, body, { "x-pinterest-rid": token }));
    const call = clientFor(server.apiUrl).updateCommerceIntegration("shop-1", secrets);
    expectNoSecret(allTextOf(await failureOf(call)));
  });

  test("in a response that is truncated within a secret", async () => {
    const body = `{"code": 1, "partner_access_token": "unknown-secret-of-the-accou`;
    const server = await serve(respondWith(500, body));
    const error = await failureOf(clientFor(server.apiUrl).getCommerceIntegration("shop-1"));
    expect(allTextOf(error)).not.toContain("unknown-secret");
    expect(allTextOf(error)).toContain(redacted);
  });

  test("in a list with an invalid record", async () => {
    const record = { partner_access_token: { secret: "hidden-1" }, partner_refresh_token: "hidden-2" };
    const server = await serve(respondWith(200, { items: [record] }));
    const error = await failureOf(clientFor(server.apiUrl).listIntegrations());
    expect(error.message).toContain("items.0.partner_access_token");
    expect(allTextOf(error)).not.toContain("hidden-");
  });
});

test("redacts values of all fields, because a program can declare them as secrets", async () => {
  const fields = {
    connectedTagId: "26130",
    partnerMetadata: '{"k":"hidden"}',
    partnerAccessTokenExpiry: 2e12,
  };
  const server = await serve(
    respondWith(400, { code: 1, message: `tag 26130 until 2000000000000: ${JSON.stringify(fields)}` }),
  );
  const error = await failureOf(clientFor(server.apiUrl).updateCommerceIntegration("shop-1", fields));
  expect(allTextOf(error)).not.toMatch(/26130|2000000000000|hidden/);
  expect(error.message).toContain(`tag ${redacted} until ${redacted}`);
});

test("the error about a lost connection contains no token and no cause", async () => {
  const server = await serve((_request, response) => response.destroy());
  const call = clientFor(server.apiUrl).updateCommerceIntegration("shop-1", secrets);
  const error = await failureOf(call, "connection");
  expect(error.cause).toBeUndefined();
  expectNoSecret(allTextOf(error));
});

test("reports a line break in a token without the token", async () => {
  const credentials = { accessToken: () => Promise.resolve(`${token}\n`) };
  const error = await failureOf(clientFor("http://127.0.0.1:9/v5", { credentials }).listIntegrations());
  expect(error.message).toContain("line break");
  expectNoSecret(allTextOf(error));
});

test("inspecting a client does not show its token", () => {
  const client = clientFor("https://api.pinterest.com/v5");
  expect(inspect(client, { depth: null, showHidden: true }) + JSON.stringify(client)).not.toContain(
    "TESTTOKEN",
  );
});

const json = (value: string) => JSON.stringify(value).slice(1, -1);
const base64 = (value: string) => Buffer.from(value).toString("base64");
const anyText = fc.string({ unit: "binary", maxLength: 40 }).map((value) => value.toWellFormed());

test("redacts any value in plaintext, in JSON and in a URL", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(String, json, encodeURIComponent), (value, form) => {
      const redact = createRedactor([value]);
      fc.pre(value !== "" && !`< ${redacted} >`.includes(value));
      expect(redact(`< ${form(value)} >`)).not.toContain(form(value));
    }),
    { numRuns: 1_000 },
  );
});

test("redacts any value with eight letters in Base64 and in combined escapes", () => {
  const encoders: Readonly<Record<string, (value: string) => string>> = {
    json,
    asciiJson: (value) =>
      json(value).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
    jsonWithSlashes: (value) => json(value).replaceAll("/", "\\/"),
    url: encodeURIComponent,
    form: (value) => new URLSearchParams({ value }).toString(),
    html: (value) => value.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`),
  };
  const base64Encoders: typeof encoders = {
    base64,
    base64Url: (value) => Buffer.from(value).toString("base64url"),
    basicAuthentication: (value) => base64(`user:${value}`),
    token: (value) => base64(JSON.stringify({ value })),
  };
  const letters = fc.string({ unit: fc.constantFrom(..."abcdefghijkmnpqrstuvwXYZ123456789"), minLength: 8 });
  const values = fc.tuple(anyText, letters, anyText);
  const escapes = fc.array(fc.constantFrom(...Object.values(encoders)), { maxLength: 3 });
  const encoded = fc.constantFrom(...Object.values(base64Encoders));
  const chains = fc.oneof(
    escapes,
    fc.tuple(encoded, escapes).map(([first, others]) => [first, ...others]),
  );
  fc.assert(
    fc.property(values, chains, (parts, chain) => {
      const value = parts.join("");
      const written = chain.reduce((text, encode) => encode(text), value);
      const text = createRedactor([value])(`got ${written} back`);
      expect(text).toContain(redacted);
      // Neither the value nor its Base64.
      for (const run of [parts[1], ...(written.match(/[\w+/-]{12,}/g) ?? [])])
        expect(text).not.toContain(run);
    }),
    { numRuns: 2_000 },
  );
});

test("redacts a value of any length, at any place and in any escaping", () => {
  const value = `${'a"ü'.repeat(40_000)}end`;
  const redact = createRedactor([value, "other"]);
  expect(redact(`<${value}> and ${JSON.stringify(value)} and other`)).toBe(
    `<${redacted}> and "${redacted}" and ${redacted}`,
  );
});

test.each([
  ["of one letter only as a whole word", ["a"], "value 'a' is bad", `value '${redacted}' is bad`],
  [
    "of another account by its form",
    [],
    `pina_OTHER12345, pinr.OTHER12345, pinr-${"OTHER-12345".repeat(3)}, pina${"OTHER12345".repeat(4)} and Bearer OTHER12345`,
    `${redacted}, ${redacted}, ${redacted}, ${redacted} and Bearer ${redacted}`,
  ],
  [
    "but no similar words",
    [],
    "Invalid '26130' of opinar_shops; access_token: must be text; spinach-pinata pina-colada pinarello-store-milano",
    "Invalid '26130' of opinar_shops; access_token: must be text; spinach-pinata pina-colada pinarello-store-milano",
  ],
  ["in any case", ["Opaque/TESTtoken+9"], "given OPAQUE/testTOKEN+9", `given ${redacted}`],
  ["without letters and digits", ["-_-_-"], "given -_-_-", `given ${redacted}`],
  ["in parts", ["x".repeat(1000) + "Y".repeat(1000)], `given ${"y".repeat(1000)}`, `given ${redacted}`],
  ["but not its last letters alone", [`${"x".repeat(1000)}a`], "given a", "given a"],
  ["with an HTML entity of a rare letter", ["key𐐷value"], "given key&#66615;value", redacted],
  ["but not an HTML entity without a character", ["keyvalue"], "given &#9999999;", "given &#9999999;"],
  ["only as a whole", ["Opaque/TESTtoken+9"], "given opaque and no more", "given opaque and no more"],
  [
    "that begins with another one",
    ["refresh", "refresh-0123"],
    "got refresh-0123 back",
    `got ${redacted} back`,
  ],
  ["of characters that are omitted in escaped forms", ["\\\\"], "a \\\\ b", `a ${redacted} b`],
  [
    "unless it is empty",
    ["", "opaque"],
    "nothing to hide, not a short word",
    "nothing to hide, not a short word",
  ],
])("redacts a value %s", (_name, values, text, expected) => {
  expect(createRedactor(values)(text)).toBe(expected);
});

test("redacts each token of a client, also a later one and one in the request ID", async () => {
  const tokens = ["first/TOKEN-0123456789", "second/TOKEN-9876543210", "third/TOKEN"];
  const remaining = [...tokens];
  const credentials = { accessToken: async () => remaining.shift() ?? "" };
  const server = await serve((request, response) => {
    const sent = request.headers.authorization?.slice("Bearer ".length) ?? "";
    response.writeHead(400, { "x-pinterest-rid": sent });
    response.end(JSON.stringify({ code: 1, message: `not with ${sent}` }));
  });
  const client = clientFor(server.apiUrl, { credentials });
  for (const current of tokens) {
    const error = await failureOf(client.getCommerceIntegration("shop-1"));
    expect(allTextOf(error)).not.toContain(current);
    expect(error.message).toContain(`not with ${redacted}`);
    expect(error).toMatchObject({ requestId: redacted });
  }
});
