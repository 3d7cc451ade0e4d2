import { expect, test } from "@jest/globals";
import { argumentNames, problemWithName } from "../../provider/lifecycle/check";

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
])("suggests for %s the name %s", (given, nearest) => {
  expect(problemWithName(given)).toContain(`\`${given}\` is not an argument`);
  expect(problemWithName(given)).toContain(`did you mean \`${nearest}\`?`);
});

test.each(["colour", "constructor", "toString", ""])(
  "lists all names for %j, which is like none",
  (given) => {
    const problem = problemWithName(given);
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
