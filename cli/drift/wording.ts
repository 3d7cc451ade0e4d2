import { firstOf } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { stackOptions } from "../../provider/base/shell";
import { visible } from "../../provider/base/visible";
import { asCode, counted, figure } from "../../provider/base/words";
import { fullKey } from "../../provider/config/keys";
import { type Vocabulary, vocabularies } from "../../provider/config/vocabulary";
import { exitCodes } from "../../stack/exit-codes";
import { aliasAdvice } from "../../stack/renames";
import type { DriftReport, StackReport } from "../../stack/report";
import type { OpenStack } from "../../stack/stack";
import type { History } from "./html-estate";

/** The source of the intended values, and the commands that deploy them. */
export interface Source extends Pick<Vocabulary, "noun" | "item"> {
  /** Whether reports name the stacks. Those of a fleet are shards, which its users do not name. */
  readonly namesStacks: boolean;
  /** The command that overwrites drift of a stack with the intended values. Omitted if the report must not advise it. */
  readonly fix?: (stack: StackReport) => string;
  /** Whether that command also deploys pending changes. @default false */
  readonly fixDeploysPending?: (stack: StackReport) => boolean;
  /** Whether `--only` limits that command to a change. @default false */
  readonly fixesChanges?: boolean;
  /** The command that copies Pinterest's values. Omitted if the report must not advise it. */
  readonly adopt?: (stack: StackReport) => string;
  /** The command that deploys pending changes. */
  readonly deploy: (stack: StackReport) => string;
  /** How to keep renamed resources in state, in sentences. Omitted if the source has no names of resources. */
  readonly keepRenamed?: (renamed: Parameters<typeof aliasAdvice>[0]) => string;
  /** Whether the report is for a pull request, so that it describes the deployment after the merge instead of commands to run. @default false */
  readonly forPullRequest?: boolean;
  /** The command that checks for drift. */
  readonly checkCommand: string;
  /** The setting or option that also compares tokens and e-mail, in Markdown. */
  readonly compareSecrets: string;
  /** The command that waits for the end of the check, if it can be in progress. */
  readonly wait?: string;
  /** Earlier checks, for the page. */
  readonly history?: History;
  /** A sentence about merchants who revoked access for good, if there is something to do. */
  readonly afterRevocation?: string;
}

/** A check of a stack. `stack` is missing if it could not be opened. */
interface CheckedStack {
  readonly stack?: Pick<OpenStack, "directory" | "name"> & Partial<Pick<OpenStack, "isSelected" | "listed">>;
  /** Other resources than integrations that its update changes. */
  readonly othersChanged?: readonly string[];
}

function hasPending({ merchants }: StackReport): boolean {
  return merchants.some(({ pending }) => pending.length > 0);
}

/**
 * The programs of stacks, for a check outside of a fleet.
 *
 * @param checks the checks of these stacks. Commands for the selected stack of the current directory are short.
 */
export function ofPrograms(checks: readonly CheckedStack[] = []): Source {
  const checkOf = ({ directory, stack: name }: StackReport): CheckedStack =>
    checks.find(({ stack }) => stack?.directory === directory && stack.name === name) ?? {};
  const isOnly = checks.filter(({ stack }) => stack !== undefined).length === 1;
  const options = (report: StackReport) => {
    const { directory, stack: name } = report;
    // A reader of a report about several stacks can have selected another one.
    return stackOptions({
      directory,
      name,
      isSelected: isOnly && checkOf(report).stack?.isSelected === true,
    });
  };
  const fixDeploysPending = (report: StackReport) =>
    (checkOf(report).othersChanged ?? []).length > 0 || hasPending(report);
  return {
    ...vocabularies.program,
    namesStacks: true,
    fix: (stack) =>
      `${ownCommand} drift --fix${fixDeploysPending(stack) ? " --include-pending" : ""}${options(stack)}`,
    fixDeploysPending,
    fixesChanges: true,
    // An edit of the program changes all of its stacks.
    adopt: (stack) =>
      `${ownCommand} drift --adopt${(checkOf(stack).stack?.listed ?? []).length > 1 ? `${stackOptions({ directory: stack.directory })} --all-stacks` : options(stack)}`,
    deploy: (stack) => `${vocabularies.program.commands.update}${options(stack)}`,
    keepRenamed: (renamed) =>
      "Renamed resources stay connected. But the update fails if a value differs from Pinterest's, or if the resource is protected. To " +
      `prevent that, update the resources in state instead. ${aliasAdvice(renamed)}`,
    checkCommand: "pulumi-pinterest drift",
    compareSecrets: `\`${fullKey("compareSecrets")}\``,
  };
}

/** Number of stacks whose check has not finished. */
function waitingIn({ stacks }: Pick<DriftReport, "stacks">): number {
  return stacks.filter(({ waiting }) => waiting !== undefined).length;
}

/** The meaning of the exit code. */
export function exitCodeMeaning(
  { exitCode, summary, stacks, baseline }: DriftReport,
  { noun, item, deploy, forPullRequest }: Source,
): string {
  const { drifted, missing, accepted, pending, revoked, unreachable, errors } = summary;
  const pendingStacks = stacks.filter(hasPending);
  const deployment = forPullRequest
    ? "the deployment after the merge"
    : asCode([...new Set(pendingStacks.map(deploy))]);
  const waits = `${counted(pending, item)} ${pending === 1 ? "waits" : "wait"} for ${deployment}`;
  const isOnlyUnfinished = waitingIn({ stacks }) > 0 && revoked + unreachable + errors === 0;
  const isKnown = baseline !== undefined && drifted + missing + revoked + unreachable > 0;
  const noDrift = isKnown
    ? "nothing is new since the earlier report"
    : accepted > 0
      ? "all drift is accepted, and nothing failed"
      : pending > 0
        ? "no drift, and nothing failed"
        : "nothing differs and nothing failed";
  const meanings: Readonly<Record<number, string>> = {
    [exitCodes.ok]: pending > 0 ? `${noDrift}; ${waits}` : noDrift,
    [exitCodes.error]: `${isOnlyUnfinished ? "the check has not finished" : "something failed"}, and no drift was found in what could be checked`,
    [exitCodes.drift]: `Pinterest and the ${noun} differ`,
    [exitCodes.driftAndErrors]: `Pinterest and the ${noun} differ, and ${isOnlyUnfinished ? "the check has not finished" : "something failed too"}`,
  };
  return meanings[exitCode] ?? "another failure";
}

/** The exit code and its meaning, as a sentence. */
export function exitCodeSentence(report: DriftReport, source: Source): string {
  return `Exit code ${report.exitCode}: ${exitCodeMeaning(report, source)}.`;
}

/**
 * All counts except zeros, the most important first, in a few words without a full stop. If the number of managed integrations is known, it
 * comes first: "5 integrations: 4 managed (1 revoked, 3 in sync), 1 unmanaged; 1 missing".
 */
export function countsSummary({ summary, stacks }: DriftReport): string {
  const { drifted, missing, accepted, revoked, unreachable, inSync, pending, errors } = summary;
  const { managed = 0, unmanaged = 0, new: found = 0, resolved = 0 } = summary;
  const unlisted = stacks.reduce((sum, stack) => sum + (stack.unlisted?.length ?? 0), 0);
  const counts: Count[] = [
    [drifted, "drifted", "managed"],
    [missing, "missing"],
    [found, "new"],
    [resolved, "resolved"],
    [accepted, "accepted", "managed"],
    [revoked, "revoked", "managed"],
    [unreachable, "unreachable", "managed"],
    [errors, errors === 1 ? "error" : "errors"],
    [waitingIn({ stacks }), "waiting"],
    [inSync, "in sync", "managed"],
    [pending, "pending"],
    [unmanaged, "unmanaged", "unmanaged"],
    [unlisted, unlisted === 1 ? "account not listed" : "accounts not listed"],
  ];
  if (managed === 0) return inWords(counts) || "Nothing to compare";
  const countsOf = (part: Count[2]) => counts.filter((count) => count[2] === part);
  const statuses = inWords(countsOf("managed"));
  const total = unmanaged === 0 ? "" : `${figure(managed + unmanaged)} integrations: `;
  const coverage = inWords([
    [managed, statuses === "" ? "managed" : `managed (${statuses})`],
    ...countsOf("unmanaged"),
  ]);
  const others = inWords(countsOf(undefined));
  return `${total}${coverage}${others === "" ? "" : `; ${others}`}`;
}

/** A count, its meaning, and the part of the integrations at Pinterest to which it belongs. */
type Count = readonly [count: number, noun: string, part?: "managed" | "unmanaged"];

/** The counts except zeros: "2 drifted, 1 missing". */
function inWords(counts: readonly Count[]): string {
  return counts.flatMap(([count, noun]) => (count === 0 ? [] : [`${figure(count)} ${noun}`])).join(", ");
}

/** Sentences about results that the report does not contain. */
export function notesOf({ stacks, summary }: DriftReport, { compareSecrets }: Source): string[] {
  const names = [...new Set(stacks.flatMap(({ uncompared = [] }) => uncompared))];
  // After an error, or without the list of an account, there can be others.
  const isListed = stacks.every(({ unlisted = [] }) => unlisted.length === 0);
  const uncompared = `Not compared: ${firstOf(names)}. Partner tokens and e-mail are compared with ${compareSecrets} only.`;
  return [
    ...(names.length === 0 ? [] : [uncompared]),
    ...(summary.unmanaged === 0 && summary.errors === 0 && isListed ? ["No unmanaged integrations."] : []),
  ];
}

/** A stack's name, with its directory if that is not the current one. */
export function stackTitle({ project, stack, directory }: StackReport): string {
  return `${visible(project)}/${visible(stack)}${directory === "." ? "" : ` in ${visible(directory)}`}`;
}
