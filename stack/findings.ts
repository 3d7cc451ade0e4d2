import { createHash } from "node:crypto";
import { defined, pick } from "../provider/base/bag";
import { type Acceptance, isUnread, outdatedOf, withAccepted } from "./accepted";
import { type ExitCode, exitCodes } from "./exit-codes";
import type {
  DriftedProperty,
  DriftReport,
  DriftStatus,
  MerchantReport,
  StackReport,
  UnmanagedIntegration,
} from "./report";

/** A merchant with a finding, and its stack. */
export interface Finding {
  readonly stack: StackReport;
  readonly merchant: MerchantReport;
}

/** The same finding at one or more merchants: a changed property, a missing integration, or a reason why merchants could not be read. */
export interface FindingGroup {
  /** Identifies the finding in this and later reports, also if somebody accepts it at some integrations. Those are a group of their own. */
  readonly id: string;
  readonly status: Exclude<DriftStatus, "in-sync" | "pending">;
  /** The changed property. Undefined if an integration was recreated, and for other statuses. */
  readonly property?: DriftedProperty | undefined;
  /** Set if it is accepted that these integrations are missing. */
  readonly accepted?: MerchantReport["accepted"];
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
  const groups = [...Map.groupBy(causes, ({ cause }) => keyOf(cause)).values()].map(
    (members): FindingGroup => {
      const findings = members.map(({ finding }) => finding);
      const times = findings.flatMap(({ merchant: { since } }) => since ?? []);
      const { cause } = members[0] as (typeof members)[number];
      return { ...cause, id: idOf(cause), since: earliest(times), findings };
    },
  );
  return groups.sort((one, other) => {
    const bySize = other.findings.length - one.findings.length;
    return bySize === 0 ? timeOf(one.since) - timeOf(other.since) || 0 : bySize;
  });
}

type Cause = Pick<FindingGroup, "status" | "property" | "accepted" | "reason" | "advice">;

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
  return createHash("sha256")
    .update(JSON.stringify(differenceIn(cause)))
    .digest("hex")
    .slice(0, idLength);
}

/** The parts of a cause that identify it. They depend neither on acceptances nor on the number of integrations. */
export function differenceIn({ status, property, accepted, reason, advice }: Cause): unknown[] {
  const { name, secret, program, pinterest } = property ?? {};
  const values = secret ? [] : [program, pinterest];
  // Only a missing integration is accepted as a whole. Otherwise, its properties are.
  const unaccepted = accepted === undefined ? "drifted" : "missing";
  return [status === "accepted" ? unaccepted : status, name, ...values, reason, advice];
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
  const known = baseline && urnsById(findingsOf(baseline).filter(({ status }) => status !== "accepted"));
  const groups = groupsOf(stacks).map((group) => publishedGroup(group, known));
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const having = (status: DriftStatus) => merchants.filter((merchant) => merchant.status === status).length;
  const compared = baseline && comparedWith(baseline, stacks);
  const summary = {
    inSync: merchants.filter(isInSync).length,
    drifted: having("drifted"),
    missing: having("missing"),
    accepted: having("accepted"),
    revoked: having("revoked"),
    unreachable: having("unreachable"),
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

type PublishedGroup = DriftReport["groups"][number];
type PublishedMerchant = PublishedGroup["merchants"][number];

/** @param known the findings of the baseline, if there is one. */
function publishedGroup(
  { id, status, findings, ...details }: FindingGroup,
  known: UrnsById | undefined,
): PublishedGroup {
  return {
    id,
    status,
    ...defined(details),
    merchants: findings.map(({ stack, merchant }) => {
      const shown = {
        ...pick(stack, ["project", "stack"]),
        ...pick(merchant, ["name", "externalBusinessId", "urn"]),
      };
      const isNew = known !== undefined && status !== "accepted" && known.get(id)?.has(shown.urn) !== true;
      return { ...shown, ...(isNew && { new: true as const }) };
    }),
  };
}

function newIn({ merchants }: PublishedGroup): PublishedMerchant[] {
  return merchants.filter((merchant) => merchant.new);
}

/** The findings of a report, with the earlier ones that it could not check. */
function findingsOf({ groups, unknown = [] }: DriftReport): PublishedGroup[] {
  return [...groups, ...unknown];
}

/** The URNs of the merchants with a finding, by its ID. */
type UrnsById = ReadonlyMap<string, ReadonlySet<string>>;

function urnsById(groups: readonly PublishedGroup[]): UrnsById {
  const byId = Map.groupBy(groups, ({ id }) => id);
  return new Map(
    [...byId].map(([id, same]) => [
      id,
      new Set(same.flatMap(({ merchants }) => merchants).map(({ urn }) => urn)),
    ]),
  );
}

/**
 * The findings of a baseline that are resolved. Those of stacks that were not checked, and of merchants that could not be read now, are
 * unknown.
 */
function comparedWith(baseline: DriftReport, stacks: readonly StackReport[]) {
  const merchantOf = new Map(stacks.flatMap(({ merchants }) => merchants).map((one) => [one.urn, one]));
  const isKnown = ({ project, stack, urn }: PublishedMerchant, { status }: PublishedGroup) => {
    const checked = stacks.find((one) => one.project === project && one.stack === stack);
    const merchant = merchantOf.get(urn);
    if (checked === undefined) return false;
    const isIncomplete = checked.errors.length > 0 || checked.waiting !== undefined;
    if (merchant === undefined && isIncomplete) return false;
    return merchant === undefined || !isUnread(merchant) || isUnread({ status });
  };
  const findingsThat = (test: (place: PublishedMerchant, group: PublishedGroup) => boolean) =>
    findingsOf(baseline).flatMap((group) => {
      const merchants = group.merchants
        .filter((place) => test(place, group))
        .map(({ new: _, ...place }) => place);
      return merchants.length === 0 || group.status === "accepted" ? [] : [{ ...group, merchants }];
    });
  const unknown = findingsThat((place, group) => !isKnown(place, group));
  return {
    resolved: findingsThat(
      (place, group) => isKnown(place, group) && !isOpen(group, merchantOf.get(place.urn)),
    ),
    ...(unknown.length > 0 && { unknown }),
  };
}

/** Whether an integration still has an earlier finding: the same property differs, even if its value is another one or accepted. */
function isOpen({ status, property }: PublishedGroup, merchant: MerchantReport | undefined): boolean {
  if (merchant === undefined) return false;
  if (isUnread({ status })) return isUnread(merchant);
  const causes = causesOf(merchant);
  const isMissing = merchant.status === "missing" || merchant.accepted !== undefined;
  return isMissing || causes.some((cause) => cause.property?.name === property?.name);
}

/** Counts the unmanaged integrations and failed stacks that the baseline does not have. */
function newsSince(baseline: DriftReport, stacks: readonly StackReport[]) {
  const idOf = ({ integrationId, externalBusinessId }: UnmanagedIntegration) =>
    integrationId ?? externalBusinessId;
  const unmanagedIn = (some: readonly StackReport[]) =>
    some.flatMap((stack) => stack.unmanaged ?? []).map(idOf);
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
  groups: readonly PublishedGroup[],
  { strict, newOnly }: { readonly strict: boolean; readonly newOnly: boolean },
): ExitCode {
  const counted = newOnly ? groups.filter((group) => newIn(group).length > 0) : groups;
  const having = (...statuses: DriftStatus[]) => counted.some(({ status }) => statuses.includes(status));
  const isPending = stacks.some(({ merchants }) => merchants.some(({ pending }) => pending.length > 0));
  const drift = having("drifted", "missing") || (strict && isPending);
  const isIncomplete = stacks.some(({ errors, waiting }) => errors.length > 0 || waiting !== undefined);
  const failed = having("revoked", "unreachable") || isIncomplete;
  if (drift) return failed ? exitCodes.driftAndErrors : exitCodes.drift;
  return failed ? exitCodes.error : exitCodes.ok;
}
