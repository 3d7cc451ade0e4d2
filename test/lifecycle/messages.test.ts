import { beforeEach, describe, expect, jest, test } from "@jest/globals";
import { PinterestApiError, PinterestError } from "../../provider/api";
import {
  explainProblem,
  explainRefusedReplacement,
  explainRetained,
  messageForEngine,
  messageWithHint,
  withHelp,
} from "../../provider/lifecycle/messages";
import { outputsFromBag, PartialFailure } from "../../provider/lifecycle/outputs";
import { DeploymentError } from "../../provider/run/failure";
import {
  configurationHint,
  declaredByAnother,
  maybeHeldElsewhere,
  onlyRemovedFromState,
} from "../expected/messages";
import { programWording } from "../run-context";

let mockHomepage: string | undefined;
jest.mock("pulumi-pinterest/package.json", () => ({
  version: "9.8.7",
  get homepage() {
    return mockHomepage;
  },
}));
beforeEach(() => {
  mockHomepage = undefined;
});

const context = { operation: "getCommerceIntegration", externalBusinessId: "shop-1" } as const;
const responded = (status: number, code?: number) =>
  new PinterestApiError(context, { status, code, apiMessage: "no" });
const failed = (kind: "connection" | "credentials", outcome: "never-sent" | "unknown") =>
  new PinterestError(context, { kind, outcome, summary: "it failed" });

/** A failure after which the engine saves outputs. */
const partial = (failure: ConstructorParameters<typeof PartialFailure>[0]) =>
  new PartialFailure(failure, { externalBusinessId: "shop", fields: {}, managed: [], released: [] });

describe("the hint at the configuration of the last update", () => {
  test.each([
    ["a rejected token", responded(401, 2)],
    ["a missing scope", responded(403, 3)],
    ["an address that may be wrong", responded(404)],
    ["a host that cannot be reached", failed("connection", "never-sent")],
    ["a missing token", failed("credentials", "never-sent")],
  ])("is a part of the message about %s", (_case, error) => {
    const message = messageWithHint(error, programWording);
    expect(message).toMatch(new RegExp(`^reading .*\\. ${configurationHint}( .*\\.)?$`));
    expect(messageForEngine(error, programWording)).toContain(message);
  });

  test("is read only for such a failure, because it needs the engine's command line", () => {
    const wording = {
      get configurationHint(): string {
        throw new Error("the command line was read");
      },
    };
    expect(messageForEngine(responded(409, 4182), wording)).toContain("HTTP 409");
  });

  test("precedes the remedy, because it is what to try first", () => {
    expect(messageWithHint(responded(401, 2), programWording)).toMatch(
      new RegExp(`${configurationHint} ${responded(401, 2).remedy}`),
    );
  });

  test.each([
    ["a missing integration", responded(404, 4180)],
    ["an account that may not do this", responded(403, 29)],
    ["an invalid value", responded(400, 1)],
    ["a server error", responded(500, 0)],
    ["a lost connection", failed("connection", "unknown")],
    ["a bug", new TypeError("x is not a function")],
    ...(["environment", "command"] as const).map((tokenFrom): [string, Error] => [
      `a rejected token from the ${tokenFrom}, which has the current one`,
      new PinterestApiError({ ...context, tokenFrom }, { status: 401, code: 2, apiMessage: "no" }),
    ]),
  ])("is not a part of the message about %s", (_case, error) => {
    expect(messageWithHint(error, programWording)).toBe(error.message);
  });
});

describe("the address of help", () => {
  const rejected = responded(401, 2);

  test.each([
    ["a failed request", rejected, "requests.md#token-rejected"],
    ["a refused deployment", new DeploymentError("delete-limit", "no"), "deployments.md#delete-limit"],
    [
      "a partial failure",
      partial({ message: "no", topic: "ignored-property" }),
      "deployments.md#ignored-property",
    ],
    [
      "a partial failure because of a request",
      partial({ message: "no", cause: rejected }),
      "requests.md#token-rejected",
    ],
    ["an error about a request", new Error("no", { cause: rejected }), "requests.md#token-rejected"],
  ])("is on the last line of the message about %s, if the package has a homepage", (_what, error, page) => {
    expect(withHelp("it failed", error)).toBe("it failed");
    mockHomepage = "https://github.com/example/shops";
    expect(messageForEngine(error, programWording).split("\n").at(-1)).toBe(
      `For help, see https://github.com/example/shops/blob/v9.8.7/docs/troubleshooting/${page}`,
    );
  });

  test("is not a part of other messages", () => {
    mockHomepage = "https://github.com/example/shops";
    for (const error of [new Error("no"), new TypeError("no"), undefined])
      expect(withHelp("it failed", error)).toBe("it failed");
  });
});

describe("a deletion", () => {
  const shop = outputsFromBag({ externalBusinessId: "shop", integrationId: "7" });

  test.each([
    ["early", /before the program has ended.*`deleteBeforeReplace`, remove it, and run `pulumi up` again/],
    ["unfinished", /one of them may have integration 'shop'\. .+ Then run `pulumi up` again\./],
    [
      "possibly-held",
      /in another account or provider.* Remove one of them first: .+ Then run `pulumi up` again\./,
    ],
    ["wanted", new RegExp(`${declaredByAnother("shop")} .+ Then run \`pulumi up\` again\\.`)],
    [
      "partial",
      new RegExp(
        `${maybeHeldElsewhere("shop")}.* you can instead set \`PINTEREST_ALLOW_PARTIAL_DELETES=true\` in the environment`,
      ),
    ],
    [
      "refused",
      /is `refuse` .*integration 'shop' is not deleted\. To keep it, declare it again\. To delete it, .+ use `retain` instead\./,
    ],
  ] as const)("that fails because it is %s names the remedy", (problem, message) => {
    expect(explainProblem(problem, shop, programWording)).toMatch(message);
  });

  test("that `retain` prevents names the integration that stays", () => {
    expect(explainRetained(shop, programWording)).toBe(
      `integration 'shop' (integration ID 7) ${onlyRemovedFromState}, because ` +
        "`pinterest:onDelete` (PINTEREST_ON_DELETE) is `retain`",
    );
  });

  test("of a replacement that is refused names the remedy", () => {
    expect(explainRefusedReplacement("shop", "the delete limit is 0", "Increase it")).toBe(
      "cannot change `externalBusinessId` 'shop': the update would delete that integration at its end, but the delete limit is 0. Increase it, or " +
        "restore the ID.",
    );
  });
});

describe("an unexpected error", () => {
  const unexpected = Object.assign(new TypeError("Cannot read it"), {
    stack: "TypeError: Cannot read it\n    at read (/app/provider/lifecycle/read.js:1:2)",
  });

  test("is reported as a bug, with its location and the place to report it", () => {
    expect(messageForEngine(unexpected, programWording)).toMatch(
      /^Cannot read it at .*read\.js:1:2.*\. This is a bug in pulumi-pinterest 9\.8\.7\. Report it, .*issue tracker/,
    );
  });

  test("is reported as a bug without a location, and if it caused a partial failure", () => {
    const withoutLocation = Object.assign(new TypeError("no"), { stack: "TypeError: no" });
    expect(messageForEngine(withoutLocation, programWording)).toMatch(/^no\. This is a bug in/);
    const { message } = unexpected;
    expect(messageForEngine(partial({ message, cause: unexpected }), programWording)).toContain(
      "This is a bug in",
    );
  });
});

test.each([
  ["an error of the provider", new Error("no access token"), "no access token"],
  ["a thrown string", "missing", "missing"],
  ["undefined", undefined, "undefined"],
  ["a message with an unpaired surrogate", new Error("shop \ud83d"), "shop \ufffd"],
])("the engine gets the message of %s", (_what, error, message) => {
  expect(messageForEngine(error, programWording)).toBe(message);
});
