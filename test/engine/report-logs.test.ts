import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

const ids = ["a", "b", "c"];

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_REPORT_LOGS: "true" } });
});
beforeEach(() => lab.emulator.clearLogs());
afterAll(() => lab.close());

function declare(tag: string): void {
  lab.program(
    Object.fromEntries(
      ids.map((id) => [
        id,
        { externalBusinessId: id, connectedTagId: tag, partnerAccessToken: "partner-5ecret" },
      ]),
    ),
  );
}

const messages = () =>
  lab.emulator
    .logs()
    .map(
      ({ log_level, external_business_id, message }) =>
        `${log_level} ${external_business_id} ${message}`.split(":")[0],
    )
    .sort();

test("what an update did is in Pinterest's log when it ends, without a token; a preview is not", async () => {
  declare("1");
  await lab.succeed("up");
  expect(messages()).toEqual(ids.map((id) => `INFO ${id} createCommerceIntegration succeeded`));
  const [entry] = lab.emulator.logs();
  expect(entry).toMatchObject({
    event_type: "API",
    request: { method: "POST", path: "/v5/integrations/commerce", response_status_code: 200 },
  });
  expect(JSON.stringify(lab.emulator.logs())).not.toMatch(/5ecret|pina|headers/i);
});

test("a write that fails is there as an error, and the update fails for no other reason", async () => {
  declare("2");
  lab.emulator.armFault({ kind: "answer", operation: "update", external_business_id: "b", status: 409 });
  const { output } = await lab.upFails();
  expect(messages()).toEqual([
    "ERROR b updateCommerceIntegration failed (outcome",
    "INFO a updateCommerceIntegration succeeded",
    "INFO c updateCommerceIntegration succeeded",
  ]);
  expect(output).not.toMatch(/exited prematurely|log did not take/);
});

test("a log that hangs holds an update up no longer than the last report may take, and fails it in nothing", async () => {
  declare("3");
  lab.emulator.armFault({ kind: "hang", operation: "logs", times: "all" });
  const { output } = await lab.up();
  expect(lab.emulator.counters().operations.logs).toBeGreaterThan(0);
  expect(lab.emulator.logs()).toEqual([]);
  expect(ids.map((id) => lab.emulator.integration(id)?.connected_tag_id)).toEqual(["3", "3", "3"]);
  expect(output).not.toContain("exited prematurely");
  expect(output).toMatch(/Pinterest's log did not take 3 entries/);
});

test("a log that refuses is said, and fails an update in nothing", async () => {
  lab.emulator.disarmFaults();
  lab.emulator.armFault({
    kind: "answer",
    operation: "logs",
    status: 401,
    body: { code: 3, message: "no" },
    times: "all",
  });
  declare("4");
  const { output } = await lab.up();
  expect(output).toMatch(/Pinterest's log did not take 3 entries .*code 3/);
  lab.emulator.disarmFaults();
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("without the configuration nothing is reported", async () => {
  delete lab.environment.PINTEREST_REPORT_LOGS;
  lab.emulator.clearRequests();
  declare("5");
  await lab.up();
  expect(lab.emulator.counters().operations.logs).toBe(0);
});

test("an explicit provider reports for itself alone", async () => {
  lab.program(
    {
      d: { args: { externalBusinessId: "d" }, options: "{ provider: second }" },
      e: { externalBusinessId: "e" },
    },
    `const second = new pinterest.Provider("second", { accessToken: "${lab.emulator.token("shop-2")}", reportLogs: true });`,
  );
  await lab.up();
  expect(messages()).toEqual(["INFO d createCommerceIntegration succeeded"]);
  expect(lab.emulator.logs("shop-2")).toHaveLength(1);
});
