import { expect, test } from "@jest/globals";
import { readDeletion, readIntegration, readPage } from "../../provider/api/integration";
import { UnexpectedResponse } from "../../provider/api/response-body";

const record = {
  id: "7329123456789012345",
  external_business_id: "shop-1",
  connected_merchant_id: "1234567890123",
  partner_access_token_expiry: 1621350033000,
  partner_metadata: '{"a":1}',
  created_timestamp: 1621350033000,
  updated_timestamp: 1621350034000,
};
const { created_timestamp, updated_timestamp, ...rest } = record;

const integration = {
  integrationId: "7329123456789012345",
  externalBusinessId: "shop-1",
  connectedMerchantId: "1234567890123",
  partnerAccessTokenExpiry: 1621350033000,
  partnerMetadata: '{"a":1}',
  createdTimestamp: 1621350033000,
  updatedTimestamp: 1621350034000,
};

const textOf = (body: unknown) => (typeof body === "string" ? body : JSON.stringify(body));
const read = (body: unknown) => readIntegration(textOf(body), { externalBusinessId: "shop-1" });
const named = (fields: object) => ({ external_business_id: "shop-1", ...fields });
const unnamed = { externalBusinessId: "shop-1" };

test.each([
  ["a single integration", record, integration],
  [
    "a record of a list",
    { ...rest, created_time: created_timestamp, updated_time: updated_timestamp },
    integration,
  ],
  ["unknown fields", { ...record, new_field: { deep: [1] }, toString: "text" }, integration],
  [
    "IDs that are numbers beyond 2^53, and times that are strings",
    JSON.stringify({ ...record, created_timestamp: "1621350033000" }).replaceAll(/"(\d{14,})"/g, "$1"),
    integration,
  ],
  ["absent fields", named({}), unnamed],
  ["null", named({ scopes: null, partner_access_token_expiry: null, created_timestamp: null }), unnamed],
  ["empty strings", named({ scopes: "", partner_access_token_expiry: "", created_timestamp: "" }), unnamed],
  ["zeros", named({ connected_tag_id: 0, partner_access_token_expiry: 0, created_timestamp: "0" }), unnamed],
  [
    "a negative time and a fraction",
    named({ created_timestamp: "-5", updated_timestamp: 1.25 }),
    { ...unnamed, createdTimestamp: -5, updatedTimestamp: 1.25 },
  ],
])("reads %s", (_what, body, expected) => {
  expect(read(body)).toStrictEqual(expected);
});

test.each([
  ["HTML", "<html>Sign in</html>", "it is HTML"],
  ["a truncated body", '{"id": "73', "truncated"],
  ["an empty body", "", "it is empty"],
  ["a list", [record], "it is not a JSON object"],
  ["null", "null", "it is not a JSON object"],
  ["no external business ID", { id: "1" }, "it has no external_business_id"],
  [
    "another integration",
    { ...record, external_business_id: "shop-2" },
    'it is about another integration, external_business_id "shop-2"',
  ],
  ["an object instead of a string", named({ scopes: { a: 1 } }), "scopes is missing or of another type"],
  ...["yesterday", "1e3", "1.", " 1", true].map(
    (time) =>
      [
        `the time ${JSON.stringify(time)}`,
        named({ created_timestamp: time }),
        "created_timestamp is missing",
      ] as const,
  ),
])("rejects %s", (_what, body, problem) => {
  expect(() => read(body)).toThrow(problem);
});

test("reads an integration by its integration ID, also without an external business ID", () => {
  const text = textOf({ id: "7", external_business_id: null });
  expect(readIntegration(text, { integrationId: "7" })).toEqual({ integrationId: "7" });
  expect(() => readIntegration(text, { integrationId: "8" })).toThrow('another integration, id "7"');
  expect(() => readIntegration("{}", { integrationId: "8" })).toThrow("it has no id");
});

test("a page contains the secrets that Pinterest returns, and the bookmark of the next page", () => {
  const body = { items: [{ id: "1", partner_access_token: "at" }, { id: "2" }], bookmark: "next" };
  expect(readPage(textOf(body))).toStrictEqual({
    items: [{ integrationId: "1", partnerAccessToken: "at" }, { integrationId: "2" }],
    bookmark: "next",
  });
});

test.each([{ items: [], bookmark: null }, { items: [], bookmark: "" }, { items: [] }])(
  "the last page has no bookmark: %j",
  (body) => {
    expect(readPage(textOf(body))).toStrictEqual({ items: [] });
  },
);

test.each([{}, { items: {} }, { items: [1] }, { items: [], bookmark: {} }, "[]"])(
  "rejects the page %j",
  (body) => {
    expect(() => readPage(textOf(body))).toThrow(UnexpectedResponse);
  },
);

test.each([
  [204, "", true],
  [200, textOf(record), true],
  // Without a body, the response can be a proxy's.
  [200, "", false],
  // The body of a 202 announces the deletion.
  [202, textOf(record), false],
])("whether the status %d with the body %j proves a deletion: %s", (status, body, isProven) => {
  expect(readDeletion(status, body, "shop-1")).toBe(isProven);
});

test("rejects a network's sign-in page as the response to a deletion", () => {
  expect(() => readDeletion(200, "<html>Sign in</html>", "shop-1")).toThrow("it is HTML");
});
