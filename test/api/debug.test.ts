import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { pattern, redacted } from "../expected/messages";
import { expectPrivate } from "../platform";
import { temporaryDirectory } from "../temporary-directory";
import { clientFor, failureOf, token } from "./helpers/client";
import { respondWith, serve } from "./helpers/server";

let directory = "";
let file = "";
beforeEach(() => {
  directory = temporaryDirectory();
  file = join(directory, "debug.log");
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A client with this value of PINTEREST_DEBUG. */
const clientWith = (debugLog: string | undefined, apiUrl: string) =>
  clientFor(apiUrl, { network: { debugLog } });

/** The lines of the log. */
const readLines = () => readFileSync(file, "utf8").trimEnd().split("\n");

/** Replaces standard error. @returns what is written to it */
function captureStderr(): string[] {
  const stderr: string[] = [];
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr.push(String(text));
    return true;
  });
  return stderr;
}

test("logs each request and each response in one line of a file that only its owner can read: operation, method, path, status, duration, request ID, bodies", async () => {
  const server = await serve(
    respondWith(409, '{\n  "code": 4182,\n  "message": "no"\n}', { "x-pinterest-rid": "rid-7" }),
  );
  const client = clientWith(file, server.apiUrl);
  await failureOf(client.updateCommerceIntegration("a/b", { connectedTagId: "3" }));
  const lines = readLines();
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(
    new RegExp(
      `^\\S+Z pinterest #\\d+\\.\\d+ > updateCommerceIntegration PATCH /v5/integrations/commerce/a%2Fb body=\\{"connected_tag_id":"${pattern(redacted)}"\\}$`,
    ),
  );
  expect(lines[1]).toMatch(
    /^\S+Z pinterest #\d+\.\d+ < updateCommerceIntegration \d+ ms 409 request-id=rid-7 body=\{"code":4182,"message":"no"\}$/,
  );
  await failureOf(client.listIntegrations());
  const ids = readLines().map((line) => /#\S+/.exec(line)?.[0]);
  expect(ids.map((id) => ids.indexOf(id))).toEqual([0, 0, 2, 2]);
  expectPrivate(file);
});

test("logs no value of a field: of the request, of records in a list, or nested in another value", async () => {
  const nested = JSON.stringify({ partner_access_token: "hidden-5", "x\\y": 'pina_hidden-6"' });
  const record = {
    external_business_id: "shop-1",
    partner_access_token: "hidden-1",
    partner_refresh_token: 'hidden-2"\\',
    partner_primary_email: "hidden-3@shop.example",
    partner_metadata: nested,
    scopes: "pinr.hidden-4",
    connected_tag_id: "26130",
  };
  const server = await serve(
    respondWith(200, { ...record, items: [record, { ...record, partner_access_token: null }] }),
  );
  const client = clientWith(file, server.apiUrl);
  await client.listIntegrations();
  await client.updateCommerceIntegration("shop-1", {
    partnerAccessToken: "hidden-7",
    partnerPrimaryEmail: "hidden-8@shop.example",
    additionalId1: "also hidden-7",
    partnerMetadata: nested,
    connectedTagId: "26130",
    partnerAccessTokenExpiry: 2_000_000_000_000,
  });
  const log = readLines().join("\n");
  expect(log).not.toContain("hidden-");
  expect(log).not.toContain(token);
  expect(log).not.toMatch(/26130|2000000000000/);
  expect(log.match(/"external_business_id":"shop-1"/g)).toHaveLength(6);
  expect(log).toContain('"partner_access_token":null');
});

test("logs of a body that is not JSON only the length, because it can be a part of one", async () => {
  const server = await serve(respondWith(500, '{"code":1,"partner_metadata":"hidden-1'));
  await failureOf(clientWith(file, server.apiUrl).listIntegrations());
  expect(readLines()[1]).toContain("body=[38 characters that are not JSON]");
});

test("PINTEREST_DEBUG=1 logs to standard error", async () => {
  const stderr = captureStderr();
  const server = await serve(respondWith(200, { items: [] }));
  await clientWith("1", server.apiUrl).listIntegrations();
  expect(stderr).toHaveLength(2);
  expect(stderr.join("")).toMatch(
    /^\S+ pinterest #\S+ > listIntegrations GET .*\n\S+ pinterest #\S+ < .*\n$/,
  );
});

test("reports once that the log cannot be written, and fails no operation", async () => {
  const stderr = captureStderr();
  const server = await serve(respondWith(200, { items: [] }));
  await clientWith(join(directory, "absent", "debug.log"), server.apiUrl).listIntegrations();
  expect(stderr).toHaveLength(1);
  expect(stderr[0]).toMatch(/PINTEREST_DEBUG: cannot write to .*absent/);
});

test.each([undefined, "", "0"])(
  "PINTEREST_DEBUG=%p logs nothing, and creates no file of that name",
  async (value) => {
    const stderr = captureStderr();
    const before = process.cwd();
    process.chdir(directory);
    try {
      const server = await serve(respondWith(200, { items: [] }));
      await clientWith(value, server.apiUrl).listIntegrations();
    } finally {
      process.chdir(before);
    }
    expect(stderr).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  },
);
