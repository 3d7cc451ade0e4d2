import { integrationFields, isFieldName } from "../provider/api";
import { defined } from "../provider/base/bag";
import { nearestNames } from "../provider/base/message-text";
import type {
  AcceptedDrift,
  DriftedProperty,
  MerchantReport,
  OutdatedAcceptance,
  StackReport,
} from "./report";

/** Drift that a team accepts, in a stack or in a fleet. */
export type Acceptance = AcceptedDrift & {
  /** The project's directory, as in reports. Undefined in fleets. */
  readonly directory?: string;
  /** Whether the project has no stack of this name. @default false */
  readonly isStackMissing?: boolean;
};

/** Marks the differences that are accepted. An entry has no effect after its last day, or if Pinterest has another value. */
export function withAccepted(
  stacks: readonly StackReport[],
  acceptances: readonly Acceptance[],
  now: Date,
): StackReport[] {
  const valid = acceptances.filter((acceptance) => !isExpired(acceptance, now));
  return stacks.map((stack) => {
    const ofStack = valid.filter((acceptance) => isAboutStack(acceptance, stack));
    return { ...stack, merchants: stack.merchants.map((merchant) => marked(merchant, ofStack)) };
  });
}

/** The entries that have no effect, of the checked stacks and of stacks that do not exist. Those about merchants that could not be read are not among them. */
export function outdatedOf(
  stacks: readonly StackReport[],
  acceptances: readonly Acceptance[],
  now: Date,
): OutdatedAcceptance[] {
  return acceptances.flatMap((acceptance) => {
    const checked = stacks.filter((stack) => isAboutStack(acceptance, stack));
    if (checked.length === 0 && !acceptance.isStackMissing) return [];
    return acceptance.merchants.flatMap((name): OutdatedAcceptance[] => {
      const { stack, property, reason, by, until } = acceptance;
      const entry = { ...defined({ stack }), merchant: name, ...defined({ property }), reason, by, until };
      if (checked.length === 0) return [{ ...entry, problem: "no such stack" }];
      if (isExpired(acceptance, now)) return [{ ...entry, problem: "expired" }];
      if (property !== undefined && !isFieldName(property))
        return [
          { ...entry, problem: "no such property", ...similarTo(property, Object.keys(integrationFields)) },
        ];
      const all = checked.flatMap((stack) => stack.merchants);
      const merchants = all.filter((merchant) => merchant.name === name);
      // An acceptance of a fleet has no stack. The check of the merchant's shard may be missing.
      const isComplete = stack !== undefined && !checked.some(isIncomplete);
      if (merchants.length === 0 && isComplete) {
        const names = all.map((merchant) => merchant.name);
        return [{ ...entry, problem: "no such integration", ...similarTo(name, names) }];
      }
      const isUnknown = merchants.length === 0 || merchants.some(isUnread);
      return isUnknown || merchants.some((merchant) => hasDifference(merchant, acceptance))
        ? []
        : [{ ...entry, problem: "no longer true" }];
    });
  });
}

function similarTo(name: string, allowed: readonly string[]): Pick<OutdatedAcceptance, "similar"> {
  // Short names would be similar to all others.
  const similar = nearestNames(name, allowed, Math.floor(name.length / 3));
  return similar.length === 0 ? {} : { similar };
}

function marked(merchant: MerchantReport, acceptances: readonly Acceptance[]): MerchantReport {
  const ofMerchant = acceptances.filter(({ merchants }) => merchants.includes(merchant.name));
  const accepted = ofMerchant.find((acceptance) => hasDifference(merchant, acceptance));
  if (accepted === undefined) return merchant;
  if (merchant.status === "missing") return { ...merchant, status: "accepted", accepted: termsOf(accepted) };
  const properties = merchant.properties.map((property): DriftedProperty => {
    const acceptedBy = ofMerchant.find((acceptance) => isAboutProperty(acceptance, property));
    return acceptedBy === undefined ? property : { ...property, accepted: termsOf(acceptedBy) };
  });
  // An update must write the tokens of a recreated integration again.
  const isWhole =
    merchant.recreated !== true && properties.every((property) => property.accepted !== undefined);
  return { ...merchant, properties, ...(isWhole && { status: "accepted" as const }) };
}

/** Whether an integration differs as accepted. */
function hasDifference({ status, properties }: MerchantReport, acceptance: Acceptance): boolean {
  return acceptance.property === undefined
    ? status === "missing"
    : status === "drifted" && properties.some((property) => isAboutProperty(acceptance, property));
}

/** Secrets are never accepted, because the report does not have their values. */
function isAboutProperty(acceptance: Acceptance, { name, secret, pinterest }: DriftedProperty): boolean {
  return acceptance.property === name && !secret && String(acceptance.pinterest) === String(pinterest);
}

function isAboutStack({ stack, directory }: Acceptance, report: StackReport): boolean {
  return (stack ?? report.stack) === report.stack && (directory ?? report.directory) === report.directory;
}

/** The last day is included, in UTC. */
function isExpired({ until }: Acceptance, now: Date): boolean {
  return now.toISOString().slice(0, until.length) > until;
}

/** Whether a stack can have more merchants than its report: the check has not finished, or a failed program may not have declared them. */
export function isIncomplete({ errors, waiting }: StackReport): boolean {
  return errors.length > 0 || waiting !== undefined;
}

/** Whether the check could not read an integration. */
export function isUnread({ status }: Pick<MerchantReport, "status">): boolean {
  return status === "revoked" || status === "unreachable";
}

function termsOf({ reason, by, until }: Acceptance) {
  return { reason, by, until };
}
