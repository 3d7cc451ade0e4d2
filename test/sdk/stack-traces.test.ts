import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { CommerceIntegration, IntegrationLog } from "../../provider";
import * as native from "../../provider/sdk/native";
import { type Run, startRun } from "./helpers/run";

const { prepareStackTrace } = Error;

let run: Run;
/** The functions that recorded the printed traces. */
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

const traceFunction = "debuggablePromise";

test("omits these traces for an integration, and keeps its line of the program", () => {
  new CommerceIntegration("shop", { externalBusinessId: "shop-1", connectedTagId: "1" });
  expect(printed).not.toContain(traceFunction);
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
