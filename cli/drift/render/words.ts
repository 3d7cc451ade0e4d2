import type { DriftReport, MerchantReport, StackReport, UnlistedAccount } from "../../check/report";
import { counted, figure } from "../../text/counted";
import { firstOf } from "../../text/listed";
import { visible } from "../../text/visible";
import type { Entry } from "./grouped";
import type { Source } from "./source";

/** The result of a check in one sentence. */
export function verdict(report: DriftReport): string {
  return `${findings(report).join("; ")}.`;
}

/** The results of a check, the most important first, without full stops. */
export function findings(report: DriftReport): [string, ...string[]] {
  const { summary, stacks } = report;
  const merchants = stacks.reduce((sum, stack) => sum + stack.merchants.length, 0);
  const differing = summary.drifted + summary.missing;
  const unchecked = summary.revoked + summary.unreachable;
  const checked = counted(checkedIn(report), "merchant");
  const compared =
    unchecked === 0 ? checked : `the ${checked} that ${checkedIn(report) === 1 ? "was" : "were"} checked`;
  const [first, ...others] = [
    ...(differing > 0
      ? [`${figure(differing)} of ${compared} ${differing === 1 ? "differs" : "differ"} at Pinterest`]
      : []),
    ...(unchecked > 0
      ? [`${figure(unchecked)} of ${counted(merchants, "merchant")} could not be checked`]
      : []),
    ...(summary.errors > 0 ? [`the check reported ${counted(summary.errors, "error")}`] : []),
  ];
  return first === undefined ? [nothingFound(summary)] : [capital(first), ...others];
}

/** Number of merchants that were compared with Pinterest. One that was never created has nothing to compare. */
export function checkedIn({ stacks }: DriftReport): number {
  const isChecked = ({ status, pending }: MerchantReport) =>
    status !== "revoked" && status !== "unreachable" && !pending.includes("create");
  return stacks.flatMap(({ merchants }) => merchants).filter(isChecked).length;
}

function nothingFound({ inSync, pending }: DriftReport["summary"]): string {
  if (pending > 0) return `Nothing drifted: ${figure(inSync)} in sync, ${figure(pending)} pending`;
  if (inSync === 0) return "No merchant is deployed yet: there is nothing to compare";
  return inSync === 1 ? "The merchant is in sync" : `All ${figure(inSync)} merchants are in sync`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The exit code and its meaning, as a sentence. */
export function exitCodeInWords(report: DriftReport, source: Source): string {
  return `Exit code ${report.exitCode}: ${meaningOf(report, source)}.`;
}

/**
 * The meaning of the exit code.
 *
 * @param deployment what deploys pending changes. Default: the commands of their stacks.
 */
export function meaningOf(
  { exitCode, summary: { pending }, stacks }: DriftReport,
  { noun, bringUp }: Source,
  deployment?: string,
): string {
  const commands =
    deployment ??
    commandsFor(
      stacks.filter(({ merchants }) => merchants.some((merchant) => merchant.pending.length > 0)),
      bringUp,
    );
  const waits = `no drift, and nothing failed; ${counted(pending, "merchant")} ${pending === 1 ? "waits" : "wait"} for ${commands}`;
  const meanings: Readonly<Record<number, string>> = {
    0: pending > 0 ? waits : "nothing differs and nothing failed",
    1: "something failed, and no drift was found in what could be checked",
    7: `Pinterest and the ${noun} differ`,
    10: `Pinterest and the ${noun} differ, and something failed too`,
  };
  return meanings[exitCode] ?? "another failure";
}

/** How to fix drift: one command per stack, or a merchant's own advice. */
export function waysOut(entries: readonly Entry[], fix: (stack: StackReport) => string): string[] {
  return [...new Set(entries.map(({ stack, merchant }) => merchant.advice ?? fix(stack)))];
}

/** A command for each of these stacks, as code in a sentence. */
export function commandsFor(stacks: readonly StackReport[], command: (stack: StackReport) => string): string {
  return firstOf([...new Set(stacks.map((stack) => `\`${command(stack)}\``))]);
}

/** All counts except zeros, in a few words. */
export function countsInWords({ summary, stacks }: DriftReport): string {
  const { inSync, drifted, missing, revoked, unreachable, pending, unmanaged, errors } = summary;
  const unlisted = stacks.reduce((sum, stack) => sum + (stack.unlisted?.length ?? 0), 0);
  const alsoPending = stacks
    .flatMap(({ merchants }) => merchants)
    .filter((merchant) => merchant.status !== "in-sync" && merchant.pending.length > 0).length;
  const counts: [number | undefined, string][] = [
    [drifted, "drifted"],
    [missing, "missing"],
    [revoked, "revoked"],
    [unreachable, "unreachable"],
    [errors, errors === 1 ? "error" : "errors"],
    [inSync, "in sync"],
    [pending, alsoPending > 0 ? `pending (${alsoPending} also counted under another status)` : "pending"],
    [unmanaged, "unmanaged"],
    [unlisted, unlisted === 1 ? "account not listed" : "accounts not listed"],
  ];
  const said = counts.filter(([count]) => count).map(([count, word]) => `${count} ${word}`);
  return said.length > 0 ? said.join(", ") : "nothing to compare";
}

/** The external business ID, if the resource has another name, with the account or provider. */
export function detailsOf({
  name,
  externalBusinessId,
  account,
  provider,
}: {
  readonly name?: string | undefined;
  readonly externalBusinessId?: string | undefined;
  readonly account?: string | undefined;
  readonly provider?: string | undefined;
}): string[] {
  return [
    ...(externalBusinessId !== undefined && externalBusinessId !== name ? [visible(externalBusinessId)] : []),
    ...(account === undefined ? [] : [`account ${visible(account)}`]),
    ...(provider === undefined ? [] : [`provider ${visible(provider)}`]),
  ];
}

/** The secret fields of any stack's program that were not compared. */
export function uncomparedOf({ stacks }: DriftReport): string[] {
  return [...new Set(stacks.flatMap(({ uncompared = [] }) => uncompared))];
}

/** The meaning of a list of accounts that could not be listed. */
export const unlistedMeaning =
  "these accounts could not be listed, so they can have more integrations that no program manages.";

/** The account, as the start of a line. */
export function unlistedInWords({ account, provider }: UnlistedAccount): string {
  const name = account === undefined ? "the default account" : `account ${visible(account)}`;
  return provider === undefined ? name : `${name} (provider ${visible(provider)})`;
}

/** A stack's name, with its directory if that is not the current one. */
export function stackInWords({ project, stack, directory }: StackReport): string {
  return `${visible(project)}/${visible(stack)}${directory === "." ? "" : ` in ${visible(directory)}`}`;
}
