import { describe, expect, test } from "@jest/globals";
import { exitCodes } from "../../stack/exit-codes";
import { driftReportOf } from "../../stack/findings";
import type { DriftReport, MerchantReport, StackReport } from "../../stack/report";
import { merchant } from "../cli/drift/helpers/example";

const now = new Date("2026-08-01T12:30:00.000Z");
const tag = { name: "connectedTagId", secret: false, program: "1", pinterest: "7" };
const token = { name: "partnerAccessToken", secret: true };
const drifted = (name: string, ...properties: MerchantReport["properties"]) =>
  merchant(name, { status: "drifted", properties });
const revoked = (name: string) => merchant(name, { status: "revoked", reason: "no access" });
const unreachable = (name: string, reason: string, advice?: string) =>
  merchant(name, { status: "unreachable", reason, advice });

function stackOf(merchants: MerchantReport[], errors: string[] = []): StackReport {
  return { project: "shops", stack: "dev", directory: ".", merchants, errors };
}

/** Compares two checks of one stack. */
function compare(before: MerchantReport[], after: MerchantReport[], errors: string[] = []) {
  const baseline = driftReportOf([stackOf(before)], now);
  const report = driftReportOf([stackOf(after, errors)], now, { baseline, newOnly: true });
  const found = report.groups.flatMap(({ merchants }) => merchants);
  return {
    exitCode: report.exitCode,
    new: found.filter((one) => one.new).map(({ name }) => name),
    known: found.filter((one) => !one.new).map(({ name }) => name),
    resolved: report.resolved?.flatMap(({ merchants }) => merchants.map(({ name }) => name)),
  };
}

describe("compared with a baseline", () => {
  test.each<[string, MerchantReport[], MerchantReport[], Partial<ReturnType<typeof compare>>]>([
    [
      "drift that it has is known",
      [drifted("a", tag)],
      [drifted("a", tag)],
      { exitCode: exitCodes.ok, known: ["a"] },
    ],
    ["drift that it lacks is new", [], [drifted("a", tag)], { exitCode: exitCodes.drift, new: ["a"] }],
    [
      "the same drift of another merchant is new",
      [drifted("a", tag)],
      [drifted("a", tag), drifted("b", tag)],
      { exitCode: exitCodes.drift, new: ["b"], known: ["a"] },
    ],
    [
      "another value is new, and the earlier one is not resolved",
      [drifted("a", tag)],
      [drifted("a", { ...tag, pinterest: "9" })],
      { exitCode: exitCodes.drift, new: ["a"], resolved: [] },
    ],
    [
      "another property that still differs does not keep one from being resolved",
      [drifted("a", tag, { ...tag, name: "connectedMerchantId" })],
      [drifted("a", tag)],
      { exitCode: exitCodes.ok, known: ["a"], resolved: ["a"] },
    ],
    ["a secret that still differs is known", [drifted("a", token)], [drifted("a", token)], { known: ["a"] }],
    [
      "drift that is gone is resolved",
      [drifted("a", tag)],
      [merchant("a")],
      { exitCode: exitCodes.ok, resolved: ["a"] },
    ],
    [
      "a merchant that left is resolved",
      [drifted("a", tag)],
      [],
      { exitCode: exitCodes.ok, resolved: ["a"] },
    ],
    [
      "drift of a merchant that cannot be read is not resolved",
      [drifted("a", tag)],
      [revoked("a")],
      { exitCode: exitCodes.error, new: ["a"], resolved: [] },
    ],
    ["a known failure is known", [revoked("a")], [revoked("a")], { exitCode: exitCodes.ok, known: ["a"] }],
    [
      "a failure whose text names another time is known",
      [unreachable("a", "rate limited until 14:02:11"), unreachable("b", "503", "Retry after 14:02:11.")],
      [unreachable("a", "rate limited until 15:47:30"), unreachable("b", "503", "Retry after 15:47:30.")],
      { exitCode: exitCodes.ok, known: ["a", "b"] },
    ],
    [
      "access that is revoked after another failure is new",
      [unreachable("a", "503")],
      [revoked("a")],
      { exitCode: exitCodes.error, new: ["a"] },
    ],
    ["a merchant that can be read again is resolved", [revoked("a")], [merchant("a")], { resolved: ["a"] }],
    [
      "missing after drift is new",
      [drifted("a", tag)],
      [merchant("a", { status: "missing" })],
      { exitCode: exitCodes.drift, new: ["a"], resolved: [] },
    ],
  ])("%s", (_what, before, after, expected) => {
    const none = { new: [], known: [], resolved: [] };
    expect(compare(before, after)).toMatchObject({ ...none, ...expected });
  });

  test("nothing of a merchant that a failed check lacks is resolved, and errors count", () => {
    expect(compare([drifted("a", tag)], [], ["broken"])).toEqual({
      exitCode: exitCodes.error,
      new: [],
      known: [],
      resolved: [],
    });
  });

  test("nothing of a fleet's shard is resolved while its check has not finished", () => {
    const baseline = driftReportOf([stackOf([drifted("a", tag)])], now);
    const waiting = { ...stackOf([]), waiting: "the shard waits for a worker" };
    expect(driftReportOf([waiting], now, { baseline }).resolved).toEqual([]);
  });

  test("nothing of a stack that was not checked is resolved", () => {
    const baseline = driftReportOf([stackOf([drifted("a", tag)])], now);
    const other = { ...stackOf([]), stack: "prod" };
    expect(driftReportOf([other], now, { baseline }).resolved).toEqual([]);
  });

  test("drift that failed checks could not see is known when it is seen again, and resolved when it is gone", () => {
    const check = (merchants: MerchantReport[], baseline: DriftReport, errors: string[] = []) =>
      driftReportOf([stackOf(merchants, errors)], now, { baseline });
    const before = driftReportOf([stackOf([drifted("a", tag), drifted("b", tag)])], now);
    const failed = check([], check([drifted("a", tag), revoked("b")], before), ["broken"]);
    expect(check([drifted("a", tag), drifted("b", tag)], failed).summary).toMatchObject({
      drifted: 2,
      new: 0,
    });
    const gone = check([drifted("a", tag), merchant("b")], failed);
    expect([gone.summary, gone.unknown]).toMatchObject([{ new: 0, resolved: 2 }, undefined]);
  });

  test("counts unmanaged integrations and failed stacks that the baseline does not have", () => {
    const stack = (ids: string[], errors: string[] = []) => ({
      ...stackOf([], errors),
      unmanaged: ids.map((integrationId) => ({ integrationId })),
    });
    const baseline = driftReportOf([stack(["1", "2"])], now);
    const compared = (one: StackReport, before = baseline) =>
      driftReportOf([one], now, { baseline: before }).summary;
    expect(compared(stack(["2", "3"]))).toMatchObject({ new: 0, newUnmanaged: 1, newFailures: 0 });
    const failed = driftReportOf([stack([], ["broken"])], now, { baseline });
    expect(failed.summary).toMatchObject({ newUnmanaged: 0, newFailures: 1 });
    expect(compared(stack([], ["broken again"]), failed).newFailures).toBe(0);
  });

  test("drift that is accepted is neither resolved nor new, and is new when the acceptance has ended", () => {
    const baseline = driftReportOf([stackOf([drifted("a", tag)])], now);
    const acceptances = [
      {
        merchants: ["a"],
        property: "connectedTagId",
        pinterest: "7",
        reason: "r",
        by: "b",
        until: "2026-12-31",
      },
    ];
    const report = driftReportOf([stackOf([drifted("a", tag)])], now, { baseline, acceptances });
    expect(report.summary).toMatchObject({ accepted: 1, new: 0, resolved: 0 });
    const later = driftReportOf([stackOf([drifted("a", tag)])], new Date("2027-01-01"), {
      baseline: report,
      acceptances,
      newOnly: true,
    });
    expect([later.exitCode, later.summary.new, later.summary.resolved]).toEqual([exitCodes.drift, 1, 0]);
  });

  test("known drift counts without newOnly", () => {
    const baseline = driftReportOf([stackOf([drifted("a", tag)])], now);
    expect(driftReportOf([stackOf([drifted("a", tag)])], now, { baseline }).exitCode).toBe(exitCodes.drift);
  });
});
