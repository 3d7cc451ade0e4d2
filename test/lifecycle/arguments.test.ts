import { expect, test } from "@jest/globals";
import { argumentNames, Declarations, problemWithName } from "../../provider/lifecycle/check";
import { unknownValue } from "../../provider/run/constants";

const suggesting = (name: string) =>
  new RegExp(`is not an argument of a commerce integration; did you mean \`${name}\`\\?`);
const listing = new RegExp(
  `is not an argument of a commerce integration; use one of: ${argumentNames.join(", ")}$`,
);
const computed = /^`\w+` is set by Pinterest and cannot be given; remove it$/;

test.each<[string, RegExp]>([
  ["externalBusinesId", suggesting("externalBusinessId")],
  ["externalBusinessID", suggesting("externalBusinessId")],
  ["external_business_id", suggesting("externalBusinessId")],
  ["connectedTagID", suggesting("connectedTagId")],
  ["connectedMerchant", suggesting("connectedMerchantId")],
  ["conectedAdvertizerId", suggesting("connectedAdvertiserId")],
  ["partnerAccesToken", suggesting("partnerAccessToken")],
  ["additionalId", suggesting("additionalId1")],
  ["scope", suggesting("scopes")],
  ["Account", suggesting("account")],
  ...["colour", "constructor", "toString", ""].map((name): [string, RegExp] => [name, listing]),
  // A program cannot set the provider's name.
  ["providerName", /is not an argument/],
  ...["integrationId", "connectedUserId", "createdTimestamp", "updatedTimestamp"].map(
    (name): [string, RegExp] => [name, computed],
  ),
])("the problem with the name %j matches %s", (name, problem) => {
  expect(problemWithName(name)).toMatch(problem);
  expect(problemWithName(name)).toContain(`\`${name}\``);
});

test.each([...argumentNames, "__provider", "__managed", "__defaults", "__"])(
  "accepts the name %j",
  (name) => {
    expect(problemWithName(name)).toBeUndefined();
  },
);

test("refuses a second declaration of an integration, and names the first", () => {
  const declarations = new Declarations();
  expect(declarations.record("first", { externalBusinessId: "a" })).toBeUndefined();
  expect(declarations.record("second", { externalBusinessId: "a" })).toBe(
    "'first' already declares the integration 'a'. Give each resource its own `externalBusinessId`, or remove one of them.",
  );
});

test("accepts a second check of the same resource, as for a replacement", () => {
  const declarations = new Declarations();
  for (const _check of [1, 2]) {
    expect(declarations.record("first", { externalBusinessId: "a" }, "urn:first")).toBeUndefined();
  }
  expect(declarations.record("first", { externalBusinessId: "a" }, "urn:parent$first")).toContain(
    "'first' already declares",
  );
});

test("accepts one ID in two accounts", () => {
  const declarations = new Declarations();
  for (const account of [undefined, "north", "south"]) {
    expect(declarations.record(`of-${account}`, { externalBusinessId: "a", account })).toBeUndefined();
  }
  expect(declarations.record("second", { externalBusinessId: "a", account: "north" })).toContain(
    "'of-north' already declares",
  );
});

test("accepts unknown values", () => {
  const declarations = new Declarations();
  for (const name of ["first", "second"]) {
    expect(declarations.record(name, { externalBusinessId: unknownValue })).toBeUndefined();
    expect(declarations.record(name, { externalBusinessId: "a", account: unknownValue })).toBeUndefined();
  }
});
