import { beforeAll, expect, test } from "@jest/globals";
import { labOfFile } from "../helpers/lab";

// Only the real engine stops provider processes: it calls `Cancel` and then sends a signal. For the other cases, see
// test/protocol/report-logs.test.ts.

const ids = ["a", "b", "c"];
const unresponsiveIds = ["d", "e", "f"];

const lab = labOfFile({ environment: { PINTEREST_REPORT_LOGS: "true" } });
let output: string;

beforeAll(async () => {
  lab.emulator.addAccount({ name: "unresponsive" });
  lab.emulator.armFault({ kind: "hang", operation: "logs", account: "unresponsive", times: "all" });
  const shop = (externalBusinessId: string) => ({
    externalBusinessId,
    partnerAccessToken: "partner-5ecret",
  });
  const accessToken = JSON.stringify(lab.emulator.token("unresponsive"));
  lab.program(
    {
      ...Object.fromEntries(ids.map((id) => [id, shop(id)])),
      ...Object.fromEntries(
        unresponsiveIds.map((id) => [id, { args: shop(id), options: "{ provider: unresponsive }" }]),
      ),
    },
    `const unresponsive = new pinterest.Provider("unresponsive", { accessToken: ${accessToken} });`,
  );
  ({ output } = await lab.up());
});

test("an update reports every create to Pinterest's log before it ends, without tokens", () => {
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

test("an unresponsive log delays the end of an update by at most one report, and does not fail it", () => {
  const reports = lab.emulator.requests().filter(({ operation }) => operation === "logs");
  expect(reports.map(({ account }) => account)).toContain("unresponsive");
  expect(lab.emulator.logs("unresponsive")).toEqual([]);
  for (const id of unresponsiveIds) expect(lab.emulator.integration(id)).toBeDefined();
  expect(output).not.toContain("exited prematurely");
  expect(output).toMatch(/Cannot report 3 operations to Pinterest's integration log/);
});
