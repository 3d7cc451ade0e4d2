import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { CommerceIntegration, IntegrationLog, type IntegrationLogArgs } from "../../provider";
import { logProviderText, dynamicLogType as logType } from "../../provider/run/constants";
import { type Run, secretOf, settled, startRun } from "./helpers/run";

const minimal: IntegrationLogArgs = { eventType: "APP", logLevel: "INFO" };

let run: Run;

beforeEach(async () => {
  run = await startRun({ config: { "pinterest:accessToken": "pina_x" } });
});

test("registers the constant code and the arguments, and no other properties", async () => {
  const log = new IntegrationLog("note", {
    ...minimal,
    message: pulumi.secret("m"),
    error: { name: "E", lineNumber: pulumi.output(3) },
    account: "north",
    triggers: ["v1"],
  });
  expect(await run.registration(log)).toMatchObject({
    type: logType,
    deleteBeforeReplace: false,
    readId: undefined,
    properties: {
      __provider: logProviderText,
      ...minimal,
      message: secretOf("m"),
      error: { name: "E", lineNumber: 3 },
      account: "north",
      triggers: ["v1"],
    },
  });
});

test("has an output for each argument and for the time", async () => {
  run = await startRun({ config: { "pinterest:accessToken": "pina_x" }, outputs: { clientTimestamp: 5 } });
  const log = new IntegrationLog("note", { ...minimal, tagId: "1" });
  expect((await settled(log.clientTimestamp)).value).toBe(5);
  expect((await settled(log.tagId)).value).toBe("1");
  expect((await settled(log.message)).value).toBeUndefined();
});

test.each([
  [{ ...minimal, mesage: "m" }, {}, "`mesage`"],
  [minimal, { import: "x" }, "the `import` option does not work"],
])("refuses %j with the options %j in the constructor", (args, options, problem) => {
  expect(() => new IntegrationLog("note", args as never, options)).toThrow(
    `pinterest.IntegrationLog 'note': ${problem}`,
  );
  expect(run.registrations).toEqual([]);
});

test("recognizes its instances", () => {
  const log = new IntegrationLog("note", minimal);
  const shop = new CommerceIntegration("shop", { externalBusinessId: "shop" });
  expect([log, shop, {}, undefined].map(IntegrationLog.isInstance)).toEqual([true, false, false, false]);
  expect(CommerceIntegration.isInstance(log)).toBe(false);
});
