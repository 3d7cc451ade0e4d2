import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { CommerceIntegration, IntegrationLog, type IntegrationLogArgs, Provider } from "../../provider";
import { logProviderText, logType } from "../../provider/dynamic/constant";
import { type Run, secretOf, settled, startRun } from "./helpers/run";

const least: IntegrationLogArgs = { eventType: "APP", logLevel: "INFO" };

let run: Run;

beforeEach(async () => {
  run = await startRun({ config: { "pinterest:accessToken": "pina_x" } });
});

test("it registers with its constant text, its arguments and nothing else", async () => {
  const log = new IntegrationLog("note", {
    ...least,
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
      ...least,
      message: secretOf("m"),
      error: { name: "E", lineNumber: 3 },
      account: "north",
      triggers: ["v1"],
    },
  });
});

test("every argument is an output, and so is the time at which it was recorded", async () => {
  run = await startRun({ config: { "pinterest:accessToken": "pina_x" }, outputs: { clientTimestamp: 5 } });
  const log = new IntegrationLog("note", { ...least, tagId: "1" });
  expect((await settled(log.clientTimestamp)).value).toBe(5);
  expect((await settled(log.tagId)).value).toBe("1");
  expect((await settled(log.message)).value).toBeUndefined();
});

test("an explicit provider is the one that it is sent to", async () => {
  const provider = new Provider("second", { accessToken: "pina_y" });
  const log = new IntegrationLog("note", least, { provider });
  expect((await run.registration(log)).provider).toContain("::second::");
});

test.each([
  [{ ...least, mesage: "m" }, {}, "`mesage` is not an argument of a log entry; did you mean `message`?"],
  [undefined, {}, "the arguments are missing; give at least `eventType` and `logLevel`"],
  [least, { import: "x" }, "the `import` option does not work"],
  [least, { id: "x" }, "the `id` option does not work"],
])("%j with the options %j is refused on the spot", (args, options, problem) => {
  expect(() => new IntegrationLog("note", args as never, options)).toThrow(
    `pinterest.IntegrationLog 'note': ${problem}`,
  );
  expect(run.registrations).toEqual([]);
});

test("it is told from other resources", () => {
  const log = new IntegrationLog("note", least);
  const shop = new CommerceIntegration("shop", { externalBusinessId: "shop" });
  expect([log, shop, {}, undefined].map(IntegrationLog.isInstance)).toEqual([true, false, false, false]);
  expect(CommerceIntegration.isInstance(log)).toBe(false);
});
