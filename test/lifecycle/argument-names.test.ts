import { expect, test } from "@jest/globals";
import { argumentNames, problemWithName } from "../../provider/lifecycle/check";

test.each(argumentNames)("%s is an argument", (name) => {
  expect(problemWithName(name)).toBeUndefined();
});

test.each(["__provider", "__managed", "__defaults", "__"])("%s is the engine's own and passes", (name) => {
  expect(problemWithName(name)).toBeUndefined();
});

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
])("for %s the nearest name is %s", (given, nearest) => {
  expect(problemWithName(given)).toContain(`\`${given}\` is not an argument`);
  expect(problemWithName(given)).toContain(`did you mean \`${nearest}\`?`);
});

test.each(["colour", "constructor", "toString", ""])(
  "for %j no name is near, and all are listed",
  (given) => {
    const problem = problemWithName(given);
    expect(problem).not.toContain("did you mean");
    for (const name of argumentNames) {
      expect(problem).toContain(name);
    }
  },
);

test.each(["integrationId", "connectedUserId", "createdTimestamp", "updatedTimestamp"])(
  "%s is Pinterest's to set",
  (name) => {
    expect(problemWithName(name)).toBe(`\`${name}\` is set by Pinterest and cannot be given; remove it`);
  },
);

test("the provider's name is not an argument of a program", () => {
  expect(problemWithName("providerName")).toMatch(/is not an argument/);
});
