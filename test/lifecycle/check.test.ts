import { describe, expect, test } from "@jest/globals";
import { fieldNames, integrationFields } from "../../provider/api";
import { checkIntegration as check } from "../../provider/lifecycle/check";
import type { Bag } from "../../provider/lifecycle/outputs";

function problemsOf(args: Bag): string[] {
  return check({ externalBusinessId: "shop-1", ...args }).problems;
}

const ofKind = (...kinds: string[]) =>
  fieldNames.filter((name) => kinds.includes(integrationFields[name].kind));

test("arguments that are right come back in canonical form, without those that are absent", () => {
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

test("canonical inputs are unchanged by a second check", () => {
  const args = {
    externalBusinessId: "x",
    scopes: "b a",
    partnerMetadata: '{"n": 9007199254740993, "a": 1.0}',
  };
  const { inputs } = check(args);
  expect(check(inputs)).toStrictEqual({ inputs, problems: [] });
});

describe("text", () => {
  const texts = ["externalBusinessId", "account", ...ofKind("id", "secret", "text", "scopes", "metadata")];

  test.each(texts)("%s is refused as an empty string, saying how to leave it unset", (name) => {
    expect(problemsOf({ [name]: "" })).toEqual([
      expect.stringMatching(
        new RegExp(`^\`${name}\` must be .+, but is an empty string. To leave it unset, omit it$`),
      ),
    ]);
  });

  test.each(texts.filter((name) => name !== "scopes"))(
    "%s is refused as a number, since long ids lose digits",
    (name) => {
      expect(problemsOf({ [name]: 73 })).toEqual([
        expect.stringMatching(
          new RegExp(`^\`${name}\` must be .+, but is a number. .+ in quotes, .+ lose digits`),
        ),
      ]);
    },
  );

  test.each(texts)("%s is refused as true", (name) => {
    expect(problemsOf({ [name]: true })).toEqual([
      expect.stringMatching(new RegExp(`^\`${name}\` must be .+, but is true or false`)),
    ]);
  });

  test.each(texts)("%s is refused with white space at an end", (name) => {
    const problem = expect.stringMatching(new RegExp(`^\`${name}\` begins or ends with whitespace`));
    expect(problemsOf({ [name]: "a@b\n" })).toEqual([problem]);
    expect(problemsOf({ [name]: " a@b" })).toEqual([problem]);
  });

  test.each(texts.filter((name) => name !== "partnerMetadata"))("%s is refused as an object", (name) => {
    expect(problemsOf({ [name]: { a: "b" } })).toEqual([
      expect.stringMatching(new RegExp(`^\`${name}\` must be .+, but is an object`)),
    ]);
  });

  test.each([...ofKind("id"), "partnerAccessToken", "partnerRefreshToken"])(
    "%s is refused with white space inside",
    (name) => {
      expect(problemsOf({ [name]: "12 34" })).toEqual([
        expect.stringMatching(new RegExp(`^\`${name}\` contains whitespace`)),
      ]);
    },
  );
});

describe("externalBusinessId", () => {
  test.each([
    ["missing", undefined, /^`externalBusinessId` is missing/],
    ["null", null, /^`externalBusinessId` is missing/],
    ["a dot", ".", /is a dot segment/],
    ["two dots", "..", /is a dot segment/],
    ["half a surrogate pair", "shop-\ud83d", /half of a surrogate pair/],
    ["longer than 2048 characters", "x".repeat(2049), /is longer than 2048 characters/],
  ])("is refused when it is %s", (_what, externalBusinessId, problem) => {
    expect(check({ externalBusinessId }).problems).toEqual([expect.stringMatching(problem)]);
  });

  test.each(["x", "x".repeat(2048), "...", "a/b?c#d%20", "😀"])("may be %j", (externalBusinessId) => {
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
    ["beyond what a number holds exactly", 2 ** 53, /must be a time in whole milliseconds/],
    ["no number", Number.NaN, /is not a number/],
    ["infinite", Number.POSITIVE_INFINITY, /is not a number/],
    ["text", "1893456000000", /is a string of 13 characters/],
    ["in seconds", 1_893_456_000, /seems to be in seconds. Multiply it by 1000/],
  ])("is refused when it is %s", (_what, value, problem) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(problem)]);
    expect(problemsOf({ [name]: value })[0]).toMatch(new RegExp(`^\`${name}\` `));
  });

  test("may be a moment that has passed", () => {
    expect(problemsOf({ [name]: 1e10 })).toEqual([]);
  });
});

test.each([
  ["no-at-sign", /is not an e-mail address/],
  ["two@at@signs", /is not an e-mail address/],
  ["name @host", /is not an e-mail address/],
])("partnerPrimaryEmail is refused as %j", (email, problem) => {
  expect(problemsOf({ partnerPrimaryEmail: email })).toEqual([expect.stringMatching(problem)]);
});

test.each([
  ["an empty list", [], /must contain a scope/],
  ["a list with an empty string", ["a", ""], /is an empty string/],
  ["a list with a number", ["a", 1], /must be an array of strings.*, but contains a number$/],
  ["a number", 1, /must be an array of strings, or a string with commas, but is a number$/],
  ["a list with null", ["a", null], /must be .*, but is null/],
  ["commas alone", ",,", /must contain a scope/],
])("scopes are refused as %s", (_what, scopes, problem) => {
  expect(problemsOf({ scopes })).toEqual([expect.stringMatching(problem)]);
});

test.each([[[]], [{}], [[1, "a"]], ["free text"], ["12"]])("partnerMetadata may be %j", (partnerMetadata) => {
  expect(problemsOf({ partnerMetadata })).toEqual([]);
});

test("partnerMetadata is refused as an object whose integer has lost digits, and taken as a text", () => {
  expect(problemsOf({ partnerMetadata: { order: { id: 2 ** 53 } } })).toEqual([
    expect.stringMatching(/beyond 2\^53.*Use a string of JSON/),
  ]);
  expect(problemsOf({ partnerMetadata: { order: { id: 2 ** 53 - 1, share: 0.1 } } })).toEqual([]);
  expect(problemsOf({ partnerMetadata: '{"order":{"id":9007199254740992}}' })).toEqual([]);
});

test.each([["yes"], ["true"], [1], [{}]])("adopt is refused as %j, naming what is allowed", (adopt) => {
  expect(problemsOf({ adopt })).toEqual([expect.stringMatching(/^`adopt` must be true or false, but is /)]);
});

test.each([["Clear"], [""], [true], ["keep"]])(
  "whenRemoved is refused as %j, naming what is allowed",
  (value) => {
    expect(problemsOf({ whenRemoved: value })).toEqual([
      expect.stringMatching(/^`whenRemoved` must be "clear" or "release", but is /),
    ]);
  },
);

test("all problems of a resource are told at once, each by its property", () => {
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

test("what is right comes back even beside problems", () => {
  expect(check({ externalBusinessId: "x", connectedTagId: "1", connectedLbaId: "" }).inputs).toEqual({
    externalBusinessId: "x",
    connectedTagId: "1",
  });
});

test.each([
  ...["externalBusinessId", "account", "adopt", "whenRemoved", "providerName", ...fieldNames, "colour"].map(
    (name) => [name],
  ),
])("no problem with %s shows its value, which may be a secret", (name) => {
  const secret = "Hidden5ecret";
  const wrong = [
    ` ${secret}`,
    `${secret} `,
    [secret, { [secret]: secret }],
    { a: secret },
    `${secret}\n${secret}`,
  ];
  const shown = wrong.flatMap((value) => problemsOf({ [name]: value }));
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.join("\n")).not.toContain("5ecret");
  expect(problemsOf({ [name]: 987_654_321 }).join("\n")).not.toContain("987654321");
});
