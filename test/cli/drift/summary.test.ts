import { expect, test } from "@jest/globals";
import { driftReportOf } from "../../../provider/cli/drift/summary";
import type { MerchantReport, StackReport } from "../../../provider/look/report";
import { driftReport } from "../../../provider/look/report";

const now = new Date(0);

function stack(statuses: MerchantReport["status"][], more: Partial<StackReport> = {}): StackReport {
  const merchants = statuses.map((status) => ({
    name: status,
    urn: status,
    externalBusinessId: status,
    status,
    properties: [],
    pending: status === "same" ? ["delete"] : [],
  }));
  return { project: "shops", stack: "prod", directory: ".", merchants, errors: [], ...more };
}

test.each<[number, StackReport[]]>([
  [0, []],
  [0, [stack(["same"])]],
  [0, [stack(["same"], { unmanaged: [{ externalBusinessId: "more" }] })]],
  [7, [stack(["same", "drifted"])]],
  [7, [stack(["same"]), stack(["gone"])]],
  [1, [stack(["same", "revoked"])]],
  [1, [stack(["unreachable"])]],
  [1, [stack(["same"], { errors: ["broken"] })]],
  [10, [stack(["drifted"]), stack([], { errors: ["broken"] })]],
  [10, [stack(["gone", "revoked"])]],
])("ends with %i: %j", (exitCode, stacks) => {
  const report = driftReportOf(stacks, now);
  expect(report.exitCode).toBe(exitCode);
  expect(driftReport.parse(report)).toEqual(report);
});

test("what is pending counts as drift only where that was asked for", () => {
  const pending = stack(["same"]);
  for (const merchant of pending.merchants) merchant.pending = ["scopes"];
  expect(driftReportOf([pending], now).exitCode).toBe(0);
  expect(driftReportOf([pending], now, true).exitCode).toBe(7);
  expect(driftReportOf([pending, stack(["revoked"])], now, true).exitCode).toBe(10);
  expect(driftReportOf([stack(["drifted"])], now, true).exitCode).toBe(7);
});

test("counts merchants by status, and what is unmanaged only where that was asked for", () => {
  const stacks = [
    stack(["same", "drifted", "gone"]),
    stack(["revoked", "unreachable", "same"], { errors: ["a", "b"] }),
  ];
  const counts = { same: 0, drifted: 1, gone: 1, revoked: 1, unreachable: 1, pending: 2, errors: 2 };
  expect(driftReportOf(stacks, now).summary).toEqual(counts);
  const asked = [...stacks, stack([], { unmanaged: [{}, {}] })];
  expect(driftReportOf(asked, now).summary).toEqual({ ...counts, unmanaged: 2 });
});

test("counts an integration with pending changes as pending only, so that the counts add up", () => {
  const created = stack(["same", "same", "same"]);
  for (const merchant of created.merchants) merchant.pending = ["create"];
  const { summary, exitCode } = driftReportOf([created], now);
  expect(summary).toMatchObject({ same: 0, pending: 3 });
  expect(exitCode).toBe(0);
});
