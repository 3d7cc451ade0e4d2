import { describe, expect, test } from "@jest/globals";
import { clientFor, failureOf } from "./helpers/client";
import { respondWith, serve } from "./helpers/server";

const metadata = {
  id: "7329123456789012345",
  external_business_id: "shop-1",
  connected_merchant_id: "1234567890123",
  connected_user_id: "123456789012345678",
  partner_access_token_expiry: 1621350033000,
  partner_metadata: '{"a":1}',
  created_timestamp: 1621350033000,
  updated_timestamp: 1621350034000,
};

const integration = {
  integrationId: "7329123456789012345",
  externalBusinessId: "shop-1",
  connectedMerchantId: "1234567890123",
  connectedUserId: "123456789012345678",
  partnerAccessTokenExpiry: 1621350033000,
  partnerMetadata: '{"a":1}',
  createdTimestamp: 1621350033000,
  updatedTimestamp: 1621350034000,
};

async function read(body: unknown, status = 200) {
  const server = await serve(respondWith(status, body));
  return clientFor(server.apiUrl).getCommerceIntegration("shop-1");
}

test.each([200, 201])("a create succeeds with %i", async (status) => {
  const server = await serve(respondWith(status, metadata));
  const created = clientFor(server.apiUrl).createCommerceIntegration({ externalBusinessId: "shop-1" });
  await expect(created).resolves.toEqual(integration);
});

test.each([
  [204, "", true],
  [200, metadata, true],
  [200, "", false],
  [202, metadata, false],
])(
  "a delete succeeds with %i and the body %j, and whether it is proven is %s",
  async (status, body, isProven) => {
    const server = await serve(respondWith(status, body));
    await expect(clientFor(server.apiUrl).deleteCommerceIntegration("shop-1")).resolves.toBe(isProven);
  },
);

test("reads timestamps under both of their names", async () => {
  const { created_timestamp, updated_timestamp, ...rest } = metadata;
  await expect(read(metadata)).resolves.toEqual(integration);
  await expect(
    read({ ...rest, created_time: created_timestamp, updated_time: updated_timestamp }),
  ).resolves.toEqual(integration);
});

test("keeps the digits of numbers in strings, and of IDs that are numbers beyond 2^53", async () => {
  const text = JSON.stringify({ ...metadata, created_timestamp: "1621350033000" })
    .replace('"7329123456789012345"', "7329123456789012345")
    .replace('"1234567890123"', "1234567890123");
  await expect(read(text)).resolves.toEqual(integration);
});

test.each([
  ["absent", {}],
  [
    "null",
    { scopes: null, connected_tag_id: null, partner_access_token_expiry: null, created_timestamp: null },
  ],
  [
    "empty string",
    { scopes: "", connected_tag_id: "", partner_access_token_expiry: "", created_timestamp: "" },
  ],
  ["zero", { scopes: "", connected_tag_id: 0, partner_access_token_expiry: 0, created_timestamp: "0" }],
])("omits a field that is %s", async (_name, unset) => {
  const result = await read({ external_business_id: "shop-1", ...unset });
  expect(Object.keys(result)).toEqual(["externalBusinessId"]);
});

test.each([
  ["-5", -5],
  ["1.25", 1.25],
  [12.5, 12.5],
])("reads the time %p", async (createdTimestamp, time) => {
  const body = { external_business_id: "shop-1", created_timestamp: createdTimestamp };
  expect(await read(body)).toEqual({ externalBusinessId: "shop-1", createdTimestamp: time });
});

test.each(["1e3", "1.", "x1", "1x", " 1", true])("refuses the time %p", async (createdTimestamp) => {
  const body = { external_business_id: "shop-1", created_timestamp: createdTimestamp };
  const error = await failureOf(read(body), "response");
  expect(error.message).toContain("created_timestamp is missing or of another type");
});

test("omits unknown fields", async () => {
  const foreign = { ...metadata, new_field: { deep: [1] }, __proto__x: 1, toString: "text" };
  await expect(read(foreign)).resolves.toEqual(integration);
});

test("a page contains the secrets that Pinterest returns, and the bookmark of the next page", async () => {
  const secrets = {
    partner_access_token: "at",
    partner_refresh_token: "rt",
    partner_primary_email: "a@b.example",
  };
  const server = await serve(
    respondWith(200, { items: [{ ...metadata, ...secrets }, { id: "2" }], bookmark: "next" }),
  );
  await expect(clientFor(server.apiUrl).listIntegrations()).resolves.toEqual({
    items: [
      {
        ...integration,
        partnerAccessToken: "at",
        partnerRefreshToken: "rt",
        partnerPrimaryEmail: "a@b.example",
      },
      { integrationId: "2" },
    ],
    bookmark: "next",
  });
});

test.each([[{ items: [], bookmark: null }], [{ items: [], bookmark: "" }], [{ items: [] }]])(
  "the last page of a list has no bookmark: %j",
  async (body) => {
    const server = await serve(respondWith(200, body));
    const page = await clientFor(server.apiUrl).listIntegrations();
    expect(Object.keys(page)).toEqual(["items"]);
  },
);

describe("the outcome is unknown if the API description does not allow a success response", () => {
  test.each([
    ["HTML", "<html>Sign in</html>", /HTML/],
    ["truncated", '{"id": "73', /truncated/],
    ["empty", "", /empty/],
    ["a list", [metadata], /not a JSON object/],
    ["a string", '"ok"', /not a JSON object/],
    ["null", "null", /not a JSON object/],
    ["without the id", { id: "1" }, /no external_business_id/],
    [
      "about another integration",
      { ...metadata, external_business_id: "shop-2" },
      /another integration, external_business_id "shop-2"/,
    ],
    ["with an object instead of a string", { ...metadata, scopes: { a: 1 } }, /scopes/],
    ["with a word instead of a time", { ...metadata, created_timestamp: "yesterday" }, /created_timestamp/],
  ])("%s", async (_name, body, problem) => {
    const server = await serve(respondWith(200, body, { "x-pinterest-rid": "rid-7" }));
    const client = clientFor(server.apiUrl);
    for (const call of [
      client.getCommerceIntegration("shop-1"),
      client.createCommerceIntegration({ externalBusinessId: "shop-1" }),
      client.updateCommerceIntegration("shop-1", {}),
    ]) {
      const error = await failureOf(call, "response");
      expect(error.message).toMatch(problem);
      expect(error).toMatchObject({ kind: "response", outcome: "unknown", status: 200, requestId: "rid-7" });
    }
  });

  test("without a body", async () => {
    const error = await failureOf(read("", 204), "response");
    expect(error.message).toContain("empty");
  });

  test("a network's sign-in page for a delete", async () => {
    const server = await serve(respondWith(200, "<html>Sign in</html>"));
    await failureOf(clientFor(server.apiUrl).deleteCommerceIntegration("shop-1"), "response");
  });

  test.each([[{}], [{ items: {} }], [{ items: [1] }], [{ items: [], bookmark: {} }], ["[]"]])(
    "for a list: %j",
    async (body) => {
      const server = await serve(respondWith(200, body));
      await failureOf(clientFor(server.apiUrl).listIntegrations(), "response");
    },
  );

  test("more than 32 MiB", async () => {
    const megabyte = " ".repeat(1024 * 1024);
    const server = await serve((_request, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        if (response.write(megabyte)) setImmediate(more);
        else response.once("drain", more);
      };
      more();
    });
    const error = await failureOf(clientFor(server.apiUrl).getCommerceIntegration("shop-1"), "connection");
    expect(error.message).toContain("33554432 bytes");
  });
});
