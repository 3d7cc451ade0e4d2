import { takeInventory } from "../../configuration";
import { openAccess } from "../../stacks/access";
import { chosenAccounts } from "../accounts/choice";
import type { CommandContext } from "../command-context";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { findStack } from "../stack/find";
import { readProjectFile } from "../stack/project-file";
import { counted } from "../text/counted";
import { stackOptions } from "../text/shell";
import { type Ask, askAtTerminal } from "./ask";
import { candidatesOf } from "./candidates";
import { carryOut } from "./carry-out";
import { frontEndFor } from "./front-end";
import { ManagedIntegrations } from "./managed";
import { programLanguage } from "./next-steps";
import { type ImportOptions, type Wanted, wantedBy } from "./options";
import { assertAbsent, assertNotInUse, assertPossible } from "./output-files";
import { placesOf } from "./places";
import { planImports } from "./plan";
import { emptyResult, failuresOf, type ImportResult, importsOf, managedOf, unmanagedNotes } from "./result";
import { type Selection, select } from "./selection";
import { tellResult } from "./telling";
import { reservedNames } from "./yaml-text";

/** Brings integrations that exist at Pinterest under management: lists, chooses, and writes what it takes; with --run does it. */
export async function importIntegrations(
  ids: readonly string[],
  options: ImportOptions,
  { terminal, end }: CommandContext,
  ask: Ask = askAtTerminal,
): Promise<void> {
  const wanted = wantedBy(ids, options, terminal.interactive);
  const project = await readProjectFile(options.cwd);
  const { import: file, program } = placesOf(options, [], project);
  assertPossible([file, program]);
  if (!options.overwrite) assertAbsent([file, program]);
  const { stack, absent } = await findStack(options);
  if (stack === undefined) {
    if (options.run) throw new CommandError(`--run imports into a stack, and there is none: ${absent}`);
    terminal.note(`going by the environment alone, not knowing what a stack manages already: ${absent}`);
  }
  const resources = (await stack?.resources()) ?? [];
  const managed = new ManagedIntegrations(resources);
  assertNotInUse(placesOf(options, managed.names, project).program, managed.names);
  const language = programLanguage(options.cwd, program.shown);
  const frontEnd = frontEndFor({ native: options.native, language, project, resources });
  const access = await openAccess(stack, (message) => terminal.note(message));
  const chosen = chosenAccounts(
    access.configuration,
    options,
    stackOptions({ directory: options.cwd, name: options.stack }),
  );
  const accounts = await takeInventory(access.clients, chosen, (listed) =>
    terminal.progress(
      `listing: ${listed.accounts} of ${counted(chosen.length, "account")}, ${counted(listed.integrations, "integration")}`,
    ),
  );
  const candidates = candidatesOf(accounts);
  const choice = { accounts, candidates, managed, clients: access.clients };
  const selection = await select(wanted, choice, (open) => {
    terminal.note(`${counted(open.length, "integration")} to choose from`);
    return ask(open);
  });
  const failedAccounts = failuresOf(accounts);
  const found: ImportResult = {
    ...emptyResult,
    managed: managedOf(selection),
    refused: selection.refusals,
    failedAccounts,
    notes: notesOf(wanted, selection, candidates.notes),
  };
  if (failedAccounts.length > 0 || selection.refusals.length > 0) end(exitCodes.error);
  if (selection.refusals.length > 0 || selection.chosen.length === 0) {
    tellResult(found, options, terminal);
    return;
  }
  const places = placesOf(options, managed.names, project);
  const { secrets, protect = false } = options;
  const takenNames = [...managed.names, ...(language === "yaml" ? [...reservedNames, ...project.names] : [])];
  const plans = planImports(selection.chosen, { takenNames, secrets, protect });
  const result = {
    ...found,
    notes: [...found.notes, ...unmanagedNotes(plans), ...places.notes],
    imports: importsOf(plans),
  };
  const undertaking = { plans, places, stack, frontEnd, project, managed: managed.names };
  const { outcome, interrupted } = await carryOut(undertaking, options, terminal);
  if (interrupted) end(exitCodes.interrupted);
  tellResult({ ...result, ...outcome }, options, terminal);
}

/** What was left out concerns those who did not name what they want. */
function notesOf(wanted: Wanted, { managed }: Selection, notes: readonly string[]): string[] {
  if (wanted.kind === "ids") return [];
  const left =
    managed.length === 0
      ? []
      : [
          `${counted(managed.length, "integration")} left out: the stack manages ${managed.length === 1 ? "it" : "them"} already`,
        ];
  return [...left, ...notes];
}
