import { afterEach, beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { CommerceIntegration } from "../../provider";
import { startRun } from "./helpers/run";

const { prepareStackTrace } = Error;

/** Who took the traces that were printed, as source maps would have to be looked at for. */
let printed: (string | null)[];

beforeEach(async () => {
  await startRun();
  printed = [];
  Error.prepareStackTrace = (_error, frames) => {
    printed.push(frames[0]?.getFunctionName() ?? null);
    return "";
  };
});

afterEach(() => {
  Error.prepareStackTrace = prepareStackTrace as typeof Error.prepareStackTrace;
});

const tracer = "debuggablePromise";

test("the SDK records a trace of each promise of each output", () => {
  new (class extends pulumi.CustomResource {})("any:index:Thing", "thing", { one: 1 });
  expect(printed).toContain(tracer);
});

test("omits these traces for an integration, and keeps its line of the program", () => {
  new CommerceIntegration("shop", { externalBusinessId: "shop-1", connectedTagId: "1" });
  expect(printed).not.toContain(tracer);
  expect(printed.length).toBeGreaterThan(0);
});
