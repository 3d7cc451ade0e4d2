import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { updating } from "../expected/messages";
import { Lab, providerTypes } from "../fake-engine/lab";

const ids = ["a", "b", "c"];

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;

  function declare(tag: string): void {
    const declarations = ids.map((id) => [
      id,
      { externalBusinessId: id, connectedTagId: tag, partnerAccessToken: "partner-5ecret" },
    ]);
    lab.program(Object.fromEntries(declarations));
  }

  const reported = () =>
    lab.emulator
      .logs()
      .map(
        ({ log_level, external_business_id, message }) =>
          `${log_level} ${external_business_id} ${message}`.split(":")[0],
      )
      .sort();

  beforeAll(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_REPORT_LOGS: "true" } });
    declare("1");
    await lab.up();
  });

  beforeEach(() => {
    lab.emulator.clearLogs();
    lab.emulator.disarmFaults();
  });

  afterAll(() => lab.close());

  test("reports nothing in a preview", async () => {
    lab.emulator.clearRequests();
    lab.program({ a: { externalBusinessId: "a", connectedTagId: "2" }, d: { externalBusinessId: "d" } });
    const operations = (await lab.steps()).map(({ op }) => op).filter((op) => op !== "refresh");
    expect(operations.sort()).toEqual(["create", "delete", "delete", "update"]);
    expect(lab.emulator.counters().operations.logs).toBe(0);
  });

  test("reports a failed write as an error, and adds no other error to the update", async () => {
    declare("2");
    lab.emulator.armFault({ kind: "response", operation: "update", external_business_id: "b", status: 409 });
    const { output } = await lab.upFails();
    expect(reported()).toEqual([
      "ERROR b updateCommerceIntegration failed (outcome",
      "INFO a updateCommerceIntegration succeeded",
      "INFO c updateCommerceIntegration succeeded",
    ]);
    expect(output.split("\n").filter((line) => line.includes("error: "))).toEqual([
      expect.stringContaining(`${updating("b")} failed`),
    ]);
    expect(output).not.toContain("Cannot report");
  });

  test("prints a message if Pinterest's log rejects entries, and the update succeeds", async () => {
    lab.emulator.armFault({
      kind: "response",
      operation: "logs",
      status: 401,
      body: { code: 3, message: "no" },
      times: "all",
    });
    declare("4");
    const { output } = await lab.up();
    expect(output).toMatch(/Cannot report 3 operations to Pinterest's integration log.*code 3/);
    lab.emulator.disarmFaults();
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("does not report the sending of a log entry", async () => {
    const entry = '{ eventType: "APP", logLevel: "INFO", message: "deployed" }';
    lab.program({}, `new pinterest.IntegrationLog("note", ${entry});`);
    await lab.up("--target", "**::note");
    expect(lab.emulator.logs().map(({ message }) => message)).toEqual(["deployed"]);
  });

  test("reports nothing by default", async () => {
    delete lab.environment.PINTEREST_REPORT_LOGS;
    lab.emulator.clearRequests();
    declare("5");
    await lab.up();
    expect(lab.emulator.counters().operations.logs).toBe(0);
  });

  test("reports the operations of an explicit provider if its `reportLogs` is set", async () => {
    lab.program(
      {
        d: { args: { externalBusinessId: "d" }, options: "{ provider: second }" },
        e: { externalBusinessId: "e" },
      },
      `const second = new pinterest.Provider("second", { accessToken: "${lab.emulator.token("shop-2")}", reportLogs: true });`,
    );
    await lab.up();
    expect(reported()).toEqual(["INFO d createCommerceIntegration succeeded"]);
    expect(lab.emulator.logs("shop-2")).toHaveLength(1);
  });
});
