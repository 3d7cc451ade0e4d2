import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { CommerceIntegration, IntegrationLog } from "../../provider";
import * as native from "../../provider/sdk/native";
import { type Run, startRun } from "./helpers/run";

// The SDK records a stack trace for each of its promises. Printing their frames takes time, so that the constructor of an integration prints those of
// one other trace only: it shows the line of the program.

const { prepareStackTrace } = Error;

let run: Run;
/** The first function in each trace whose frames were printed. This function recorded the trace. */
let printed: (string | null)[];

beforeEach(async () => {
  run = await startRun();
  printed = [];
  Error.prepareStackTrace = (_error, frames) => {
    printed.push(frames[0]?.getFunctionName() ?? null);
    return "";
  };
});

afterEach(() => {
  Error.prepareStackTrace = prepareStackTrace as typeof Error.prepareStackTrace;
});

test("an integration prints the frames of a stack trace, but not those of its promises", () => {
  new CommerceIntegration("shop", { externalBusinessId: "shop-1", connectedTagId: "1" });
  // The SDK's function that records the trace of a promise.
  expect(printed).not.toContain("debuggablePromise");
  expect(printed.length).toBeGreaterThan(0);
});

test("registers resources of both provider types with the program's file, and not with that of their class", async () => {
  Error.prepareStackTrace = prepareStackTrace as typeof Error.prepareStackTrace;
  const entry = { eventType: "APP", logLevel: "INFO" } as const;
  for (const resource of [
    new CommerceIntegration("shop", { externalBusinessId: "shop-1" }),
    new native.CommerceIntegration("native-shop", { externalBusinessId: "shop-2" }),
    new IntegrationLog("note", entry),
    new native.IntegrationLog("native-note", entry),
  ]) {
    expect((await run.registration(resource)).source).toMatch(/stack-traces\.test\.ts$/);
  }
});
