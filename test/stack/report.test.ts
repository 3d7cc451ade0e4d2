import { expect, test } from "@jest/globals";
import { driftReportOf } from "../../stack/findings";
import { driftReport, type MerchantReport, type StackReport } from "../../stack/report";
import { exitCodes } from "../expected/reports";

const now = new Date(0);

type Status = MerchantReport["status"];

/** A stack with merchants of these statuses, which can have pending changes. */
function stack(
  statuses: (Status | { status: Status; pending: string[] })[],
  { errors = [], ...more }: Partial<StackReport> = {},
): StackReport {
  const merchants = statuses.map((given) => {
    const { status, pending } = typeof given === "string" ? { status: given, pending: [] } : given;
    return { name: status, urn: status, externalBusinessId: status, status, properties: [], pending };
  });
  return { project: "shops", stack: "prod", directory: ".", merchants, ...more, errors };
}

const pending = (change: string) => ({ status: "in-sync" as const, pending: [change] });

test.each<[number, StackReport[]]>([
  [0, []],
  [0, [stack(["in-sync"])]],
  [0, [stack([pending("delete")])]],
  [0, [stack(["in-sync"], { unmanaged: [{ externalBusinessId: "more" }] })]],
  [exitCodes.drift, [stack(["in-sync", "drifted"])]],
  [exitCodes.drift, [stack(["in-sync"]), stack(["missing"])]],
  [1, [stack(["in-sync", "revoked"])]],
  [1, [stack(["unreachable"])]],
  [1, [stack(["in-sync"], { errors: ["broken"] })]],
  [exitCodes.driftAndErrors, [stack(["drifted"]), stack([], { errors: ["broken"] })]],
  [exitCodes.driftAndErrors, [stack(["missing", "revoked"])]],
])("exits with %i: %j", (exitCode, stacks) => {
  const report = driftReportOf(stacks, now);
  expect(report.exitCode).toBe(exitCode);
  // Also in the order of the schema, which --json keeps.
  expect(JSON.stringify(driftReport.parse(report))).toBe(JSON.stringify(report));
});

test("counts pending changes as drift only with --strict", () => {
  const changed = stack([pending("scopes")]);
  expect(driftReportOf([changed], now).exitCode).toBe(0);
  expect(driftReportOf([changed], now, { strict: true }).exitCode).toBe(exitCodes.drift);
  expect(driftReportOf([changed, stack(["revoked"])], now, { strict: true }).exitCode).toBe(
    exitCodes.driftAndErrors,
  );
  expect(driftReportOf([stack(["drifted"])], now, { strict: true }).exitCode).toBe(exitCodes.drift);
});

test("counts merchants by status, and unmanaged integrations only with --unmanaged", () => {
  const stacks = [
    stack([pending("delete"), "drifted", "missing"]),
    stack(["revoked", "unreachable", pending("delete"), "in-sync"], { errors: ["a", "b"] }),
  ];
  const counts = {
    inSync: 1,
    drifted: 1,
    missing: 1,
    accepted: 0,
    revoked: 1,
    unreachable: 1,
    pending: 2,
    errors: 2,
  };
  expect(driftReportOf(stacks, now).summary).toEqual(counts);
  const requested = [...stacks, stack([], { unmanaged: [{}, {}] })];
  expect(driftReportOf(requested, now).summary).toEqual({ ...counts, unmanaged: 2 });
});

test("counts an integration with pending changes as pending only, so that the counts add up", () => {
  const created = pending("create");
  const { summary, exitCode } = driftReportOf([stack([created, created, created])], now);
  expect(summary).toMatchObject({ inSync: 0, pending: 3 });
  expect(exitCode).toBe(0);
});
