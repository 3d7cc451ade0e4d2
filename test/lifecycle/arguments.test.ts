import { expect, test } from "@jest/globals";
import { argumentNames, Declarations, problemWithName } from "../../provider/lifecycle/check";
import { unknownValue } from "../../provider/run/constants";

test.each(argumentNames)("accepts %s", (name) => {
  expect(problemWithName(name)).toBeUndefined();
});

test.each(["__provider", "__managed", "__defaults", "__"])(
  "accepts %s, which belongs to the engine",
  (name) => {
    expect(problemWithName(name)).toBeUndefined();
  },
);

test.each([
  ["externalBusinesId", "externalBusinessId"],
  ["externalBusinessID", "externalBusinessId"],
  ["external_business_id", "externalBusinessId"],
  ["connectedTagID", "connectedTagId"],
  ["connectedMerchant", "connectedMerchantId"],
  ["conectedAdvertizerId", "connectedAdvertiserId"],
  ["partnerAccesToken", "partnerAccessToken"],
  ["additionalId", "additionalId1"],
  ["scope", "scopes"],
  ["Account", "account"],
])("suggests for %s the name %s", (argument, nearest) => {
  expect(problemWithName(argument)).toContain(`\`${argument}\` is not an argument`);
  expect(problemWithName(argument)).toContain(`did you mean \`${nearest}\`?`);
});

test.each(["colour", "constructor", "toString", ""])(
  "lists all names for %j, which resembles none",
  (argument) => {
    const problem = problemWithName(argument);
    expect(problem).not.toContain("did you mean");
    for (const name of argumentNames) {
      expect(problem).toContain(name);
    }
  },
);

test.each(["integrationId", "connectedUserId", "createdTimestamp", "updatedTimestamp"])(
  "refuses %s, which Pinterest sets",
  (name) => {
    expect(problemWithName(name)).toBe(`\`${name}\` is set by Pinterest and cannot be given; remove it`);
  },
);

test("refuses the provider's name in a program", () => {
  expect(problemWithName("providerName")).toMatch(/is not an argument/);
});

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
