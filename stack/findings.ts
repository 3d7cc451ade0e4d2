import { hash } from "node:crypto";
import { defined } from "../provider/base/bag";
import { type Acceptance, isIncomplete, isUnread, outdatedOf, withAccepted } from "./accepted";
import { type ExitCode, exitCodes } from "./exit-codes";
import type { DriftReport, DriftStatus, MerchantReport, StackReport, UnmanagedIntegration } from "./report";

type Group = DriftReport["groups"][number];
type GroupedMerchant = Group["merchants"][number];

/** A finding of a merchant. */
interface Finding {
  readonly stack: StackReport;
  readonly merchant: MerchantReport;
  readonly cause: Cause;
}

/**
 * The findings of stacks by cause: the most frequent first, and the oldest first of those that are as frequent.
 *
 * @param known the findings of the baseline, if there is one.
 */
function groupsOf(stacks: readonly StackReport[], known: KnownUrns | undefined): Group[] {
  const groups = [...Map.groupBy(findingsIn(stacks), ({ cause }) => keyOf(cause)).values()].map(
    (findings): Group => {
      const [{ cause }] = findings as [Finding];
      const id = idOf(cause);
      const knownAs = comparisonKey({ id, status: cause.status });
      const knownUrns = cause.status === "accepted" ? undefined : known && (known.get(knownAs) ?? new Set());
      const since = earliest(findings.flatMap(({ merchant }) => merchant.since ?? []));
      return {
        id,
        status: cause.status,
        ...defined({ ...cause, since }),
        merchants: findings.map((finding) => groupedMerchant(finding, knownUrns)),
      };
    },
  );
  return groups.sort((one, other) => {
    const bySize = other.merchants.length - one.merchants.length;
    return bySize === 0 ? timeOf(one.since) - timeOf(other.since) : bySize;
  });
}

function* findingsIn(stacks: readonly StackReport[]): Generator<Finding> {
  for (const stack of stacks) {
    for (const merchant of stack.merchants) {
      for (const cause of causesOf(merchant)) yield { stack, merchant, cause };
    }
  }
}

/** @param known the URNs that had the finding before, if findings can be new. */
function groupedMerchant(
  { stack, merchant }: Finding,
  known: ReadonlySet<string> | undefined,
): GroupedMerchant {
  const { urn, name, externalBusinessId } = merchant;
  const isNew = known?.has(urn) === false;
  return {
    project: stack.project,
    stack: stack.stack,
    name,
    externalBusinessId,
    urn,
    ...(isNew && { new: true }),
  };
}

type Cause = Pick<Group, "status" | "property" | "accepted" | "reason" | "advice">;

function causesOf({ status, recreated, properties, accepted, reason, advice }: MerchantReport): Cause[] {
  switch (status) {
    case "in-sync":
    case "pending":
      return [];
    case "accepted":
    case "drifted": {
      // A missing integration that is accepted has no properties.
      if (accepted !== undefined) return [{ status: "accepted", accepted }];
      // A recreated integration has lost its secrets. The cause of drift without properties is not known.
      const isUnnamed = recreated === true || properties.length === 0;
      const unnamed: Cause[] = isUnnamed ? [{ status }] : [];
      const named = properties.map((property): Cause => {
        return { status: property.accepted === undefined ? "drifted" : "accepted", property };
      });
      return [...unnamed, ...named];
    }
    case "missing":
      return [{ status }];
    default:
      return [{ status, reason, advice }];
  }
}

/** Text that is equal for equal causes. If somebody accepts a difference, that is another cause. */
function keyOf(cause: Cause): string {
  return JSON.stringify([differenceIn(cause), cause.accepted ?? cause.property?.accepted]);
}

/** 5,000 findings have two equal IDs with a probability of 0.3 %. `--only` refuses such an ID. */
const idLength = 8;

function idOf(cause: Cause): string {
  return hash("sha256", JSON.stringify(differenceIn(cause))).slice(0, idLength);
}

/** The parts of a cause that identify it. They depend neither on acceptances nor on the number of integrations. */
export function differenceIn(cause: Cause): unknown[] {
  const { property, reason, advice } = cause;
  const { name, secret, program, pinterest } = property ?? {};
  const values = secret ? [] : [program, pinterest];
  return [statusWithoutAcceptance(cause), name, ...values, reason, advice];
}

/** The status that a cause would have if nobody had accepted it. */
function statusWithoutAcceptance({ status, accepted }: Cause): DriftStatus {
  if (status !== "accepted") return status;
  // Only a missing integration is accepted as a whole. Otherwise, its properties are.
  return accepted === undefined ? "drifted" : "missing";
}

function earliest(times: readonly string[]): string | undefined {
  return [...times].sort((one, other) => timeOf(one) - timeOf(other))[0];
}

/** A time that is not known is the latest. */
function timeOf(time: string | undefined): number {
  const milliseconds = Date.parse(time ?? "");
  return Number.isNaN(milliseconds) ? Number.MAX_SAFE_INTEGER : milliseconds;
}

/** How to combine the reports of stacks. */
export interface ReportOptions {
  /** Whether pending changes count as drift, as in `pulumi preview --refresh --expect-no-changes`. @default false */
  readonly strict?: boolean | undefined;
  /** Differences that are not drift. */
  readonly acceptances?: readonly Acceptance[] | undefined;
  /** An earlier report of the same stacks. */
  readonly baseline?: DriftReport | undefined;
  /** Whether the exit code is about findings that the baseline does not have. @default false */
  readonly newOnly?: boolean | undefined;
  /** Number of integrations at Pinterest that the stacks manage, if it is known. */
  readonly managed?: number | undefined;
}

/** Combines the reports of stacks, with their findings by cause, counts and the exit code. */
export function driftReportOf(checked: StackReport[], now: Date, options: ReportOptions = {}): DriftReport {
  const { strict = false, acceptances = [], baseline, newOnly = false, managed } = options;
  const stacks = withAccepted(checked, acceptances, now);
  const outdated = outdatedOf(checked, acceptances, now);
  // An acceptance that has ended makes the drift new.
  const known = baseline && knownUrnsOf(findingsOf(baseline).filter(({ status }) => status !== "accepted"));
  const groups = groupsOf(stacks, known);
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const countWith = (status: DriftStatus) =>
    merchants.filter((merchant) => merchant.status === status).length;
  const compared = baseline && comparedWith(baseline, stacks);
  const summary = {
    inSync: merchants.filter(isInSync).length,
    drifted: countWith("drifted"),
    accepted: countWith("accepted"),
    missing: countWith("missing"),
    revoked: countWith("revoked"),
    unreachable: countWith("unreachable"),
    pending: merchants.filter(({ pending }) => pending.length > 0).length,
    ...defined({ managed }),
    ...(stacks.some((stack) => stack.unmanaged !== undefined) && {
      unmanaged: stacks.flatMap((stack) => stack.unmanaged ?? []).length,
    }),
    errors: stacks.flatMap((stack) => stack.errors).length,
    ...(compared && {
      new: new Set(groups.flatMap(newIn).map(({ urn }) => urn)).size,
      resolved: compared.resolved.flatMap((group) => group.merchants).length,
      ...newsSince(baseline, stacks),
    }),
  };
  return {
    version: 1,
    generatedAt: now.toISOString(),
    exitCode: exitCodeOf(stacks, groups, { strict, newOnly: newOnly && baseline !== undefined }),
    summary,
    groups,
    ...(compared && { baseline: baseline.generatedAt, ...compared }),
    ...(outdated.length > 0 && { outdated }),
    stacks,
  };
}

function newIn({ merchants }: Group): GroupedMerchant[] {
  return merchants.filter((merchant) => merchant.new);
}

/** The findings of a report, with the earlier ones that it could not check. */
function findingsOf({ groups, unknown = [] }: DriftReport): Group[] {
  return [...groups, ...unknown];
}

/** The URNs of the merchants with a finding, by {@link comparisonKey}. */
type KnownUrns = ReadonlyMap<string, ReadonlySet<string>>;

function knownUrnsOf(groups: readonly Group[]): KnownUrns {
  const byKey = Map.groupBy(groups, comparisonKey);
  return new Map(
    [...byKey].map(([key, same]) => [
      key,
      new Set(same.flatMap(({ merchants }) => merchants).map(({ urn }) => urn)),
    ]),
  );
}

/** Text that is equal for the same finding in two reports. The reasons of a failure can contain times, so its key is the status. */
function comparisonKey({ id, status }: Pick<Group, "id" | "status">): string {
  return isUnread({ status }) ? status : id;
}

/**
 * The findings of a baseline that are resolved. Those of stacks that were not checked, and of merchants that could not be read now, are
 * unknown.
 */
function comparedWith(baseline: DriftReport, stacks: readonly StackReport[]) {
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const merchantsByUrn = new Map(merchants.map((merchant) => [merchant.urn, merchant]));
  const isKnown = ({ project, stack, urn }: GroupedMerchant, { status }: Group) => {
    const checked = stacks.find((one) => one.project === project && one.stack === stack);
    const merchant = merchantsByUrn.get(urn);
    if (checked === undefined) return false;
    if (merchant === undefined) return !isIncomplete(checked);
    return !isUnread(merchant) || isUnread({ status });
  };
  const findingsThat = (test: (place: GroupedMerchant, group: Group) => boolean) =>
    findingsOf(baseline).flatMap((group) => {
      const merchants = group.merchants
        .filter((place) => test(place, group))
        .map(({ new: _, ...place }) => place);
      return merchants.length === 0 || group.status === "accepted" ? [] : [{ ...group, merchants }];
    });
  const unknown = findingsThat((place, group) => !isKnown(place, group));
  return {
    resolved: findingsThat(
      (place, group) => isKnown(place, group) && !isOpen(group, merchantsByUrn.get(place.urn)),
    ),
    ...(unknown.length > 0 && { unknown }),
  };
}

/** Whether an integration still has an earlier finding: the same property differs, even if its value is another one or accepted. */
function isOpen({ status, property }: Group, merchant: MerchantReport | undefined): boolean {
  if (merchant === undefined) return false;
  if (isUnread({ status })) return isUnread(merchant);
  const causes = causesOf(merchant);
  const isMissing = merchant.status === "missing" || merchant.accepted !== undefined;
  return isMissing || causes.some((cause) => cause.property?.name === property?.name);
}

/** Counts the unmanaged integrations and failed stacks that the baseline does not have. */
function newsSince(baseline: DriftReport, stacks: readonly StackReport[]) {
  const integrationIdOf = ({ integrationId, externalBusinessId }: UnmanagedIntegration) =>
    integrationId ?? externalBusinessId;
  const unmanagedIn = (some: readonly StackReport[]) =>
    some.flatMap((stack) => stack.unmanaged ?? []).map(integrationIdOf);
  const known = new Set(unmanagedIn(baseline.stacks));
  const failedIn = (some: readonly StackReport[]) =>
    some.flatMap(({ project, stack, errors }) => (errors.length > 0 ? [`${project}/${stack}`] : []));
  const failed = new Set(failedIn(baseline.stacks));
  return {
    newUnmanaged: unmanagedIn(stacks).filter((id) => !known.has(id)).length,
    newFailures: failedIn(stacks).filter((name) => !failed.has(name)).length,
  };
}

/** The state of an integration. One in sync with pending changes counts as pending only. */
export function stateOf({ status, pending }: Pick<MerchantReport, "status" | "pending">): DriftStatus {
  return status === "in-sync" && pending.length > 0 ? "pending" : status;
}

/** Whether Pinterest has the program's values. */
export function isInSync(merchant: Pick<MerchantReport, "status" | "pending">): boolean {
  return stateOf(merchant) === "in-sync";
}

/** Whether state has an integration that is not known to be missing at Pinterest. */
export function isManaged({ status, pending }: MerchantReport): boolean {
  return status !== "missing" && !pending.includes("create");
}

/** Unmanaged integrations are reported, and are neither drift nor an error. */
function exitCodeOf(
  stacks: readonly StackReport[],
  groups: readonly Group[],
  { strict, newOnly }: { readonly strict: boolean; readonly newOnly: boolean },
): ExitCode {
  const counted = newOnly ? groups.filter((group) => newIn(group).length > 0) : groups;
  const hasFinding = (...statuses: DriftStatus[]) => counted.some(({ status }) => statuses.includes(status));
  const isPending = stacks.some(({ merchants }) => merchants.some(({ pending }) => pending.length > 0));
  const drift = hasFinding("drifted", "missing") || (strict && isPending);
  const failed = hasFinding("revoked", "unreachable") || stacks.some(isIncomplete);
  if (drift) return failed ? exitCodes.driftAndErrors : exitCodes.drift;
  return failed ? exitCodes.error : exitCodes.ok;
}
