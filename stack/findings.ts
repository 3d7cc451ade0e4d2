import { createHash } from "node:crypto";
import { defined, pick } from "../provider/base/bag";
import { type ExitCode, exitCodes } from "./exit-codes";
import type { DriftedProperty, DriftReport, DriftStatus, MerchantReport, StackReport } from "./report";

/** A merchant with a finding, and its stack. */
export interface Finding {
  readonly stack: StackReport;
  readonly merchant: MerchantReport;
}

/** The same finding at one or more merchants: a changed property, a missing integration, or a reason why merchants could not be read. */
export interface FindingGroup {
  /** Identifies the finding in this and later reports. */
  readonly id: string;
  readonly status: "drifted" | "missing" | "revoked" | "unreachable";
  /** The changed property. Undefined if an integration was recreated, and for other statuses. */
  readonly property?: DriftedProperty | undefined;
  readonly reason?: string | undefined;
  readonly advice?: string | undefined;
  /** Time of the earliest change at Pinterest, in ISO 8601. Undefined if it is not known. */
  readonly since?: string | undefined;
  readonly findings: readonly Finding[];
}

/** The findings of stacks by cause: the most frequent first, and the oldest first of those that are as frequent. */
export function groupsOf(stacks: readonly StackReport[]): FindingGroup[] {
  const causes = stacks.flatMap((stack) =>
    stack.merchants.flatMap((merchant) =>
      causesOf(merchant).map((cause) => ({ cause, finding: { stack, merchant } })),
    ),
  );
  const groups = [...Map.groupBy(causes, ({ cause }) => keyOf(cause))].map(([key, members]): FindingGroup => {
    const findings = members.map(({ finding }) => finding);
    const times = findings.flatMap(({ merchant: { since } }) => since ?? []);
    const { cause } = members[0] as (typeof members)[number];
    return { ...cause, id: idOf(key), since: earliest(times), findings };
  });
  return groups.sort((one, other) => {
    const bySize = other.findings.length - one.findings.length;
    return bySize === 0 ? timeOf(one.since) - timeOf(other.since) || 0 : bySize;
  });
}

type Cause = Pick<FindingGroup, "status" | "property" | "reason" | "advice">;

function causesOf({ status, recreated, properties, reason, advice }: MerchantReport): Cause[] {
  switch (status) {
    case "in-sync":
      return [];
    case "drifted": {
      // A recreated integration has lost its secrets. The cause of drift without properties is not known.
      const isUnnamed = recreated === true || properties.length === 0;
      const unnamed: Cause[] = isUnnamed ? [{ status }] : [];
      return [...unnamed, ...properties.map((property) => ({ status, property }))];
    }
    case "missing":
      return [{ status }];
    default:
      return [{ status, reason, advice }];
  }
}

function keyOf({ status, property, reason, advice }: Cause): string {
  const { name, secret, program, pinterest } = property ?? {};
  return JSON.stringify([status, name, ...(secret ? [] : [program, pinterest]), reason, advice]);
}

const idLength = 6;

function idOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, idLength);
}

function earliest(times: readonly string[]): string | undefined {
  return [...times].sort((one, other) => timeOf(one) - timeOf(other))[0];
}

/** A time that is not known is the latest. */
function timeOf(time: string | undefined): number {
  const milliseconds = Date.parse(time ?? "");
  return Number.isNaN(milliseconds) ? Number.MAX_SAFE_INTEGER : milliseconds;
}

/**
 * Combines the reports of all stacks, with counts and the exit code.
 *
 * @param strict whether pending changes count as drift, as in `pulumi preview --refresh --expect-no-changes`.
 */
export function driftReportOf(stacks: StackReport[], now: Date, strict = false): DriftReport {
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const having = (status: DriftStatus) => merchants.filter((merchant) => merchant.status === status).length;
  const unmanaged = stacks.flatMap((stack) => stack.unmanaged ?? []).length;
  const summary = {
    inSync: merchants.filter(isInSync).length,
    drifted: having("drifted"),
    missing: having("missing"),
    revoked: having("revoked"),
    unreachable: having("unreachable"),
    pending: merchants.filter(({ pending }) => pending.length > 0).length,
    ...(stacks.some((stack) => stack.unmanaged !== undefined) ? { unmanaged } : {}),
    errors: stacks.flatMap((stack) => stack.errors).length,
  };
  return {
    version: 1,
    generatedAt: now.toISOString(),
    exitCode: exitCodeOf(
      summary,
      strict,
      stacks.some(({ waiting }) => waiting !== undefined),
    ),
    summary,
    groups: groupsOf(stacks).map(({ id, status, findings, ...details }) => ({
      id,
      status,
      ...defined(details),
      merchants: findings.map(({ stack, merchant }) => ({
        ...pick(stack, ["project", "stack"]),
        ...pick(merchant, ["name", "externalBusinessId"]),
      })),
    })),
    stacks,
  };
}

/** Whether Pinterest has the program's values. An integration with pending changes, such as its creation, counts as pending only. */
export function isInSync({ status, pending }: MerchantReport): boolean {
  return status === "in-sync" && pending.length === 0;
}

/** Unmanaged integrations are reported, and are neither drift nor an error. */
function exitCodeOf(summary: DriftReport["summary"], strict: boolean, isUnfinished: boolean): ExitCode {
  const { drifted, missing, pending, revoked, unreachable, errors } = summary;
  const drift = drifted + missing + (strict ? pending : 0) > 0;
  const failed = revoked + unreachable + errors > 0 || isUnfinished;
  if (drift) return failed ? exitCodes.driftAndErrors : exitCodes.drift;
  return failed ? exitCodes.error : exitCodes.ok;
}
