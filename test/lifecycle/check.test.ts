import { describe, expect, test } from "@jest/globals";
import { unknownValue as engineUnknown } from "@pulumi/pulumi/runtime/rpc";
import { fieldNames, integrationFields } from "../../provider/api";
import type { Bag } from "../../provider/base/bag";
import {
  argumentNames,
  checkIntegration as check,
  Declarations,
  problemWithName,
} from "../../provider/lifecycle/check";
import { unknownValue } from "../../provider/run/constants";
import {
  alreadyDeclares,
  halfOfSurrogatePair,
  inSeconds,
  missingId,
  pattern,
  unknownName,
  whitespaceAtAnEnd,
} from "../expected/messages";

function problemsOf(args: Bag): string[] {
  return check({ externalBusinessId: "shop-1", ...args }).problems;
}

const ofKind = (...kinds: string[]) =>
  fieldNames.filter((name) => kinds.includes(integrationFields[name].kind));

test("returns valid arguments in canonical form, without absent ones", () => {
  expect(
    check({
      externalBusinessId: "Shop 1/ä",
      connectedMerchantId: "12345678901234567890",
      connectedTagId: null,
      connectedLbaId: undefined,
      partnerPrimaryEmail: "a@b",
      partnerAccessTokenExpiry: 1_893_456_000_123,
      scopes: ["b", "a,b"],
      partnerMetadata: { b: 1, a: [] },
      additionalId1: "two words",
      account: "shop-a",
      providerName: "explicit",
      adopt: false,
      whenRemoved: "release",
      __provider: "text",
    }),
  ).toStrictEqual({
    inputs: {
      externalBusinessId: "Shop 1/ä",
      connectedMerchantId: "12345678901234567890",
      partnerPrimaryEmail: "a@b",
      partnerAccessTokenExpiry: 1_893_456_000_123,
      scopes: "a,b",
      partnerMetadata: '{"a":[],"b":1}',
      additionalId1: "two words",
      account: "shop-a",
      providerName: "explicit",
      adopt: false,
      whenRemoved: "release",
    },
    problems: [],
  });
});

test("returns canonical inputs unchanged", () => {
  const args = {
    externalBusinessId: "x",
    scopes: "b a",
    partnerMetadata: '{"n": 9007199254740993, "a": 1.0}',
  };
  const { inputs } = check(args);
  expect(check(inputs)).toStrictEqual({ inputs, problems: [] });
});

const stringArguments = [
  "externalBusinessId",
  "account",
  ...ofKind("id", "secret", "text", "scopes", "metadata"),
];
const except = (name: string) => stringArguments.filter((each) => each !== name);

describe.each<[string, unknown, readonly string[], string]>([
  ["an empty string", "", stringArguments, "must be .+, but is an empty string. To leave it unset, omit it$"],
  ["a number", 73, except("scopes"), "must be .+, but is a number. .+ in quotes, .+ lose digits"],
  ["true", true, stringArguments, "must be .+, but is true or false"],
  ["whitespace at the end", "a@b\n", stringArguments, whitespaceAtAnEnd],
  ["whitespace at the start", " a@b", stringArguments, whitespaceAtAnEnd],
  ["an object", { a: "b" }, except("partnerMetadata"), "must be .+, but is an object"],
  [
    "two words",
    "12 34",
    [...ofKind("id"), "partnerAccessToken", "partnerRefreshToken"],
    "contains whitespace",
  ],
])("refuses %s", (_what, value, names, problem) => {
  test.each(names)("for %s", (name) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^\`${name}\` ${problem}`)),
    ]);
  });
});

describe("externalBusinessId", () => {
  test.each([
    ["missing", undefined, new RegExp(`^${missingId}`)],
    ["null", null, new RegExp(`^${missingId}`)],
    ["two dots", "..", /is a dot segment/],
    ["half a surrogate pair", "shop-\ud83d", new RegExp(halfOfSurrogatePair)],
  ])("is refused if it is %s", (_what, externalBusinessId, problem) => {
    expect(check({ externalBusinessId }).problems).toEqual([expect.stringMatching(problem)]);
  });

  test.each(["x", "x".repeat(2048), "...", "a/b?c#d%20", "😀"])("accepts %j", (externalBusinessId) => {
    expect(check({ externalBusinessId })).toEqual({ inputs: { externalBusinessId }, problems: [] });
  });
});

describe.each(ofKind("expiry"))("%s", (name) => {
  test.each([
    ["0", 0, /must be a time in whole milliseconds.*, but is 0.*omit it/],
    ["negative", -1_893_456_000_000, /is a negative number/],
    [
      "a fraction",
      1_893_456_000_000.5,
      /must be a time in whole milliseconds.* is a number that is not whole/,
    ],
    ["beyond the safe integers", 2 ** 53, /must be a time in whole milliseconds/],
    ["NaN", Number.NaN, /is not a number/],
    ["infinite", Number.POSITIVE_INFINITY, /is not a number/],
    ["a string", "1893456000000", /is a string of 13 characters/],
    ["in seconds", 1_893_456_000, new RegExp(`${inSeconds}. Multiply it by 1000`)],
  ])("is refused if it is %s", (_what, value, problem) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(problem)]);
    expect(problemsOf({ [name]: value })[0]).toMatch(new RegExp(`^\`${name}\` `));
  });

  test("accepts a time in the past", () => {
    expect(problemsOf({ [name]: 1e10 })).toEqual([]);
  });
});

test.each<[string, unknown, RegExp]>([
  ["partnerPrimaryEmail", "no-at-sign", /is not an e-mail address/],
  ["partnerPrimaryEmail", "two@at@signs", /is not an e-mail address/],
  ["partnerPrimaryEmail", "name @host", /is not an e-mail address/],
  ["scopes", [], /must contain a scope/],
  ["scopes", ["a", ""], /is an empty string/],
  ["scopes", ["a", 1], /must be an array of strings.*, but contains a number$/],
  ["scopes", 1, /must be an array of strings, or a string with commas, but is a number$/],
  ["scopes", ["a", null], /must be .*, but is null/],
  ["scopes", ",,", /must contain a scope/],
  ...["yes", "true", 1, {}].map((value): [string, unknown, RegExp] => [
    "adopt",
    value,
    /^`adopt` must be true or false, but is /,
  ]),
  ...["Clear", "", true, "keep"].map((value): [string, unknown, RegExp] => [
    "whenRemoved",
    value,
    /^`whenRemoved` must be "clear" or "release", but is /,
  ]),
])("refuses %s of %j", (name, value, problem) => {
  expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(problem)]);
});

test.each([[[]], [{}], [[1, "a"]], ["free text"], ["12"]])(
  "accepts %j for partnerMetadata",
  (partnerMetadata) => {
    expect(problemsOf({ partnerMetadata })).toEqual([]);
  },
);

test("refuses metadata in an object with an integer that has lost digits, and accepts it in a string", () => {
  expect(problemsOf({ partnerMetadata: { order: { id: 2 ** 53 } } })).toEqual([
    expect.stringMatching(/beyond 2\^53.*Use a string of JSON/),
  ]);
  expect(problemsOf({ partnerMetadata: { order: { id: 2 ** 53 - 1, share: 0.1 } } })).toEqual([]);
  expect(problemsOf({ partnerMetadata: '{"order":{"id":9007199254740992}}' })).toEqual([]);
});

test("reports all problems of a resource, each with its property", () => {
  const { problems } = check({
    connectedTagId: 12,
    scopes: [],
    colour: "red",
    adopt: "yes",
    partnerAccessTokenExpiry: 0,
  });
  expect(problems.map((problem) => /^`(\w+)`/.exec(problem)?.[1])).toEqual([
    "connectedTagId",
    "scopes",
    "colour",
    "adopt",
    "partnerAccessTokenExpiry",
    "externalBusinessId",
  ]);
});

test.each(["externalBusinessId", "account", "adopt", "whenRemoved", "providerName", ...fieldNames, "colour"])(
  "problems with %s do not contain its value, which may be a secret",
  (name) => {
    const secret = "Hidden5ecret";
    const wrong = [
      ` ${secret}`,
      `${secret} `,
      [secret, { [secret]: secret }],
      { a: secret },
      `${secret}\n${secret}`,
    ];
    const problems = wrong.flatMap((value) => problemsOf({ [name]: value }));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join("\n")).not.toContain("5ecret");
    expect(problemsOf({ [name]: 987_654_321 }).join("\n")).not.toContain("987654321");
  },
);

test("the unknown value is the SDK's", () => {
  expect(unknownValue).toBe(engineUnknown);
});

test.each(["externalBusinessId", "account", "adopt", "whenRemoved", ...fieldNames])(
  "accepts an unknown %s",
  (name) => {
    const { inputs, problems } = check({ externalBusinessId: "shop-1", [name]: unknownValue });
    expect(problems).toEqual([]);
    expect(inputs[name]).toBe(unknownValue);
  },
);

test.each([
  ["a list", "scopes", [unknownValue]],
  ["an object", "partnerMetadata", { a: unknownValue }],
  ["a list in an object in a list", "partnerMetadata", [1, { a: [null, unknownValue] }]],
])("returns an unknown value for %s with an unknown part", (_what, name, value) => {
  const { inputs, problems } = check({ externalBusinessId: "shop-1", [name]: value });
  expect(problems).toEqual([]);
  expect(inputs[name]).toBe(unknownValue);
});

test("reports an invalid value next to an unknown one", () => {
  expect(check({ externalBusinessId: unknownValue, connectedTagId: "" }).problems).toEqual([
    expect.stringContaining("`connectedTagId`"),
  ]);
});

const suggesting = (name: string) =>
  new RegExp(pattern(unknownName("argument of a commerce integration", name)));
const listing = new RegExp(
  `is not an argument of a commerce integration; use one of: ${argumentNames.join(", ")}$`,
);
const computed = /^`\w+` is set by Pinterest and cannot be given; remove it$/;

test.each<[string, RegExp]>([
  ["externalBusinesId", suggesting("externalBusinessId")],
  ["external_business_id", suggesting("externalBusinessId")],
  ["conectedAdvertizerId", suggesting("connectedAdvertiserId")],
  ["scope", suggesting("scopes")],
  ["Account", suggesting("account")],
  ...["colour", "constructor"].map((name): [string, RegExp] => [name, listing]),
  // A program cannot set the provider's name.
  ["providerName", /is not an argument/],
  ["integrationId", computed],
])("the problem with the name %j matches %s", (name, problem) => {
  expect(problemWithName(name)).toMatch(problem);
  expect(problemWithName(name)).toContain(`\`${name}\``);
});

test.each(["externalBusinessId", "scopes", "adopt", "__provider"])("accepts the name %j", (name) => {
  expect(problemWithName(name)).toBeUndefined();
});

test("refuses a second declaration of an integration, and names the first", () => {
  const declarations = new Declarations();
  expect(declarations.record("first", { externalBusinessId: "a" })).toBeUndefined();
  expect(declarations.record("second", { externalBusinessId: "a" })).toBe(alreadyDeclares("first", "a"));
});

test("accepts a second check of the same resource, as for a replacement", () => {
  const declarations = new Declarations();
  for (const _check of [1, 2]) {
    expect(declarations.record("first", { externalBusinessId: "a" }, "urn:first")).toBeUndefined();
  }
  expect(declarations.record("first", { externalBusinessId: "a" }, "urn:parent$first")).toContain(
    alreadyDeclares("first", "a"),
  );
});

test("accepts one ID in two accounts", () => {
  const declarations = new Declarations();
  for (const account of [undefined, "north", "south"]) {
    expect(declarations.record(`of-${account}`, { externalBusinessId: "a", account })).toBeUndefined();
  }
  expect(declarations.record("second", { externalBusinessId: "a", account: "north" })).toContain(
    alreadyDeclares("of-north", "a"),
  );
});

test("accepts unknown values", () => {
  const declarations = new Declarations();
  for (const name of ["first", "second"]) {
    expect(declarations.record(name, { externalBusinessId: unknownValue })).toBeUndefined();
    expect(declarations.record(name, { externalBusinessId: "a", account: unknownValue })).toBeUndefined();
  }
});
