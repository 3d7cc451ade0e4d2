import { expect, jest, test } from "@jest/globals";
import { PinterestApiError } from "../../provider/api";
import { messageForEngine, withHelp } from "../../provider/lifecycle/messages";
import { PartialFailure } from "../../provider/lifecycle/outputs";
import { DeploymentError } from "../../provider/run/failure";
import { programWording } from "../run-context";

let mockHomepage: string | undefined;
jest.mock("pulumi-pinterest/package.json", () => ({
  version: "9.8.7",
  get homepage() {
    return mockHomepage;
  },
}));

const rejected = new PinterestApiError(
  { operation: "getCommerceIntegration", externalBusinessId: "shop-1" },
  { status: 401, code: 2, apiMessage: "no" },
);
const outputs = { externalBusinessId: "shop", fields: {}, managed: [], released: [] };
const errors: readonly (readonly [string, unknown, string])[] = [
  ["a failed request", rejected, "requests.md#token-rejected"],
  ["a refused deployment", new DeploymentError("delete-limit", "no"), "deployments.md#delete-limit"],
  [
    "a partial failure",
    new PartialFailure({ message: "no", topic: "ignored-property" }, outputs),
    "deployments.md#ignored-property",
  ],
  [
    "a partial failure because of a request",
    new PartialFailure({ message: "no", cause: rejected }, outputs),
    "requests.md#token-rejected",
  ],
  ["an error about a request", new Error("no", { cause: rejected }), "requests.md#token-rejected"],
];

test.each(errors)("names the page about %s on the last line", (_what, error, page) => {
  mockHomepage = "https://github.com/example/shops";
  const [last, ...others] = messageForEngine(error, programWording).split("\n").reverse();
  expect(last).toBe(
    `For help, see https://github.com/example/shops/blob/v9.8.7/docs/troubleshooting/${page}`,
  );
  expect(others).not.toEqual([]);
});

test("names no page if the documentation has no address", () => {
  mockHomepage = undefined;
  for (const [, error] of errors) expect(withHelp("it failed", error)).toBe("it failed");
});

test("names no page about other errors", () => {
  mockHomepage = "https://github.com/example/shops";
  for (const error of [new Error("no"), new TypeError("no"), undefined])
    expect(withHelp("it failed", error)).toBe("it failed");
});
