import { beforeEach, expect, test } from "@jest/globals";
import { setMockOptions } from "@pulumi/pulumi/runtime/settings";
import { declareId } from "../../provider/sdk/declared-ids";
import { startRun } from "./helpers/run";

/** Makes what follows a run of the engine: its monitor is another object each time, and not the mocks'. */
function newRun(): void {
  setMockOptions({});
}

const place = { provider: "", account: undefined, externalBusinessId: "shop-1" };

beforeEach(newRun);

test("a second resource of one id is refused, naming both", () => {
  declareId(place, "first");
  expect(() => declareId(place, "second")).toThrow(
    "pinterest.CommerceIntegration 'second': 'first' declares the integration 'shop-1' already.",
  );
});

test.each([
  ["id", { externalBusinessId: "shop-2" }],
  ["account", { account: "shop-a" }],
  ["explicit provider", { provider: "shop-a" }],
])("another %s is another integration", (_what, difference) => {
  declareId(place, "first");
  expect(() => declareId({ ...place, ...difference }, "second")).not.toThrow();
});

test("an account and a provider of one name are two places", () => {
  declareId({ ...place, account: "x" }, "first");
  expect(() => declareId({ ...place, provider: "x" }, "second")).not.toThrow();
});

test("the next run in the same process begins anew", () => {
  declareId(place, "first");
  newRun();
  expect(() => declareId(place, "second")).not.toThrow();
});

test("nothing is remembered under mocks", async () => {
  await startRun();
  declareId(place, "first");
  expect(() => declareId(place, "second")).not.toThrow();
});
