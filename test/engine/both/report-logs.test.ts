import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

// Only the real engine stops provider processes: it calls `Cancel` and then sends a signal. For the other cases, see
// test/protocol/report-logs.test.ts.

const ids = ["a", "b", "c"];

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_REPORT_LOGS: "true" } });
});

afterAll(() => lab.close());

function declare(tag: string): void {
  const declarations = ids.map((id) => [
    id,
    { externalBusinessId: id, connectedTagId: tag, partnerAccessToken: "partner-5ecret" },
  ]);
  lab.program(Object.fromEntries(declarations));
}

test("an update reports every create to Pinterest's log before it ends, without tokens; a preview reports nothing", async () => {
  declare("1");
  await lab.succeed("up");
  const reported = lab.emulator
    .logs()
    .map(({ log_level, external_business_id, message }) => `${log_level} ${external_business_id} ${message}`);
  expect(reported.sort()).toEqual(
    ids.map((id) => expect.stringMatching(new RegExp(`^INFO ${id} createCommerceIntegration succeeded`))),
  );
  expect(lab.emulator.logs()[0]).toMatchObject({
    event_type: "API",
    request: { method: "POST", path: "/v5/integrations/commerce", response_status_code: 200 },
  });
  expect(JSON.stringify(lab.emulator.logs())).not.toMatch(/5ecret|pina|headers/i);
});

test("an unresponsive log delays the end of an update by at most one report, and does not fail it", async () => {
  lab.emulator.clearLogs();
  declare("3");
  lab.emulator.armFault({ kind: "hang", operation: "logs", times: "all" });
  const { output } = await lab.up();
  expect(lab.emulator.counters().operations.logs).toBeGreaterThan(0);
  expect(lab.emulator.logs()).toEqual([]);
  expect(ids.map((id) => lab.emulator.integration(id)?.connected_tag_id)).toEqual(["3", "3", "3"]);
  expect(output).not.toContain("exited prematurely");
  expect(output).toMatch(/Cannot report 3 operations to Pinterest's integration log/);
});
