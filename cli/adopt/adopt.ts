import { readFileSync } from "node:fs";
import { inPlace, replaceFiles } from "../../provider/base/files";
import { firstOf } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { shellWord } from "../../provider/base/shell";
import { shorten, visible } from "../../provider/base/visible";
import { counted } from "../../provider/base/words";
import { CommandError } from "../../stack/command-error";
import { isNodeProject, readProjectFile } from "../../stack/project-file";
import type { DriftedProperty, DriftReport, StackReport } from "../../stack/report";
import type { OpenStack } from "../../stack/stack";
import { withoutOrganization } from "../../stack/state";
import type { Chosen } from "../drift/accept";
import type { ChangeResult, TargetCheck, TargetOptions } from "../drift/targets";
import { assertConfirmable, type Confirm, confirmWrite, type Terminal } from "../terminal";
import { listSource } from "./list-source";
import { type AdoptionPlan, planAdoption, type Unadopted } from "./plan";
import { scriptSource } from "./script-source";
import { refusingSource, type Source } from "./sources";
import { yamlSource } from "./yaml-source";

interface AdoptOptions {
  readonly yes?: true;
}

interface ChosenOption {
  /** The findings to adopt. @default all */
  readonly chosen?: readonly Chosen[] | undefined;
}

/**
 * Writes Pinterest's values into the programs of stacks after confirmation. An edit changes all stacks of a program, so all must have been checked,
 * unless the user has named the stacks to check.
 *
 * @returns the stacks whose program was edited, which have no failures.
 * @throws CommandError if a file cannot be written.
 */
export async function adoptPrograms(
  { stacks: reports }: Pick<DriftReport, "stacks">,
  checks: readonly Pick<TargetCheck, "stack">[],
  { chosen, stack: namedStacks, ...options }: AdoptOptions & ChosenOption & Pick<TargetOptions, "stack">,
  terminal: Pick<Terminal, "note">,
): Promise<ChangeResult> {
  const plans: AdoptionPlan[] = [];
  const edited: OpenStack[] = [];
  for (const [directory, group] of Map.groupBy(reports, (report) => report.directory)) {
    const opened = checks.flatMap(({ stack }) => (stack?.directory === directory ? [stack] : []));
    // An edit of the program also changes the values of its other stacks.
    const listed = opened[0]?.listed ?? [];
    const names = new Set(group.map((report) => withoutOrganization(report.stack)));
    const omitted = listed.filter((name) => !names.has(withoutOrganization(name)));
    const failed = listed.length < 2 ? [] : group.filter(({ errors }) => errors.length > 0);
    const refusal =
      failed.length > 0
        ? `it would also change the stack ${firstOf(failed.map((report) => report.stack))}, whose check failed: see its errors in the report`
        : namedStacks === undefined && omitted.length > 0
          ? `it would also change the stack ${firstOf(omitted)}, which was not checked: add --all-stacks`
          : undefined;
    const plan = planAdoption(group, await programSource(directory), chosen, refusal);
    if (namedStacks !== undefined && omitted.length > 0 && plan.files.length > 0)
      terminal.note(`The edit also changes the stack ${firstOf(omitted)}, which was not checked.`);
    plans.push(plan);
    if (plan.files.length > 0) edited.push(...opened);
  }
  const isWritten = await adopt(plans, "program", options, terminal);
  const failuresByStack = new Map((isWritten ? edited : []).map((stack) => [stack, []]));
  return { failuresByStack, interrupted: false };
}

async function programSource(directory: string): Promise<Source> {
  const project = await readProjectFile(directory);
  if (project.runtime === "yaml") return yamlSource(project.programDirectory ?? directory);
  if (isNodeProject(project)) return scriptSource(directory, project);
  return refusingSource(`programs of the runtime ${project.runtime} are not edited`);
}

export interface AdoptListOptions extends AdoptOptions {
  /** The merchant list to edit. */
  readonly adopt?: string;
}

/**
 * Checks the options before a long operation.
 *
 * @throws UsageError if nobody can confirm, or for an unknown format of the list; CommandError if the list cannot be read.
 */
export function assertAdoptable({ adopt: list, yes }: AdoptListOptions, terminal: Terminal): void {
  if (list === undefined) return;
  assertConfirmable("--adopt", yes, terminal);
  listSource(list);
}

/**
 * Writes Pinterest's values into a fleet's merchant list after confirmation, if the options name one.
 *
 * @throws CommandError if the list cannot be written.
 */
export async function adoptList(
  stacks: readonly StackReport[],
  { chosen, ...options }: AdoptListOptions & ChosenOption,
  terminal: Pick<Terminal, "note">,
  confirmed?: Confirm,
): Promise<void> {
  const { adopt: list } = options;
  if (list === undefined) return;
  const plan = planAdoption(stacks, listSource(list), chosen);
  if (!(await adopt([plan], "merchant list", options, terminal, confirmed))) return;
  terminal.note(
    `To store the list, run \`${ownCommand} fleet plan ${shellWord(list)}\`, then \`${ownCommand} fleet up\`.`,
  );
}

/** Prints the plans, and writes their files after confirmation. Returns whether they were written. */
async function adopt(
  plans: readonly AdoptionPlan[],
  target: "program" | "merchant list",
  { yes }: AdoptOptions,
  terminal: Pick<Terminal, "note">,
  confirmed?: Confirm,
): Promise<boolean> {
  const unadopted = plans.flatMap((plan) => plan.unadopted);
  if (unadopted.length > 0) {
    terminal.note(`Not written into the ${target}:`);
    const alike = Map.groupBy(unadopted, ({ merchant: _, file, ...each }) =>
      JSON.stringify([each, file?.path]),
    );
    for (const group of alike.values()) terminal.note(`  ${unadoptedLine(group)}`);
  }
  const adopted = plans.flatMap((plan) => plan.adopted);
  if (adopted.length === 0) {
    terminal.note(`No value of Pinterest can be written into the ${target}.`);
    return false;
  }
  terminal.note(`Pinterest's values to write into the ${target}:`);
  for (const { file, line, merchant, ...change } of adopted) {
    terminal.note(`  ${file.shown}:${line}  ${visible(merchant)}: ${changeInWords(change)}`);
  }
  const files = plans.flatMap((plan) => plan.files);
  const question = `Write ${counted(adopted.length, "value")} to ${counted(files.length, "file")}?`;
  if (!yes && !(await confirmWrite(question, terminal, confirmed))) return false;
  write(plans);
  for (const { shown } of files) terminal.note(`wrote ${shown}`);
  return true;
}

/** Number of merchants that a line names. */
const namedAtMost = 3;

/** The line about merchants with the same change that is not written for the same reason. */
function unadoptedLine(group: readonly Unadopted[]): string {
  const [{ reason, change, file, line }] = group as [Unadopted];
  const names = firstOf(
    group.map(({ merchant }) => visible(merchant)),
    namedAtMost,
  );
  const place = file === undefined ? "" : ` (${file.shown}${line === undefined ? "" : `:${line}`})`;
  return `${names}: ${change === undefined ? "" : `${changeInWords(change)}: `}${visible(reason)}${place}`;
}

/** Number of characters of a value that are printed. The report has the whole value. */
const shownAtMost = 200;

/** "connectedTagId 2613187432 -> 2600000000001" */
function changeInWords({ name, program, pinterest }: NonNullable<Unadopted["change"]>): string {
  if (program === undefined && pinterest === undefined) return name;
  const shown = (value: DriftedProperty["program"]) =>
    value === undefined
      ? "(unknown)"
      : value === null
        ? "(not set)"
        : visible(shorten(String(value), shownAtMost));
  return `${name} ${shown(program)} -> ${shown(pinterest)}`;
}

/** @throws CommandError if a file has changed since it was read, or cannot be written. Then none is. */
function write(plans: readonly AdoptionPlan[]): void {
  const read = new Map(plans.flatMap(({ adopted }) => adopted.map(({ file }) => [file.path, file.text])));
  const files = plans.flatMap((plan) => plan.files);
  if (new Set(files.map(({ path }) => path)).size < files.length) {
    throw new CommandError("several projects share a file. Nothing was written. Name one project with --cwd");
  }
  try {
    for (const { path, shown } of files) {
      if (readFileSync(path, "utf8") !== read.get(path))
        throw new Error(`${shown} has changed in the meantime`);
    }
    replaceFiles(files.map(({ path, text }) => ({ ...inPlace(path), text })));
  } catch (error) {
    throw new CommandError(
      `cannot write Pinterest's values: ${(error as Error).message}. Run the command again`,
    );
  }
}
