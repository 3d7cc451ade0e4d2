import { takeInventory } from "../../provider/config";
import { chosenAccounts } from "../accounts/choice";
import type { CommandContext } from "../command-context";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { openAccess } from "../stack/access";
import { findStack } from "../stack/open";
import { readProjectFile } from "../stack/project-file";
import { counted } from "../text/counted";
import { stackOptions } from "../text/shell";
import { candidatesOf } from "./candidates";
import { carryOut } from "./carry-out";
import { languageOf, providerTypeFor } from "./language";
import { ManagedIntegrations } from "./managed";
import { type ImportOptions, type Wanted, wantedBy } from "./options";
import { assertAbsent, assertNotInUse, assertPossible, placesOf } from "./output-files";
import { planImports } from "./plan";
import {
  emptyResult,
  failuresOf,
  type ImportResult,
  importsOf,
  managedOf,
  printResult,
  unmanagedNotes,
} from "./result";
import { type Ask, askAtTerminal, type Selection, select } from "./selection";
import { reservedNames } from "./yaml-text";

/** Lists the integrations of the accounts, selects some, and writes a program and an import file. With `--run`, imports them. */
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
    if (options.run) throw new CommandError(`--run needs a stack: ${absent.message}`);
    terminal.note(
      `no stack is used, so integrations that a stack manages are not skipped: ${absent.message}`,
    );
  }
  const resources = (await stack?.resources()) ?? [];
  const managed = new ManagedIntegrations(resources);
  assertNotInUse(placesOf(options, managed.names, project).program, managed.names);
  const language = languageOf(options.cwd, program.shown);
  const providerType = providerTypeFor({ native: options.native, language, project, resources });
  const { clients, configuration } = await openAccess(stack, (message) => terminal.note(message));
  const chosen = chosenAccounts(
    configuration,
    options,
    stackOptions({ directory: options.cwd, name: options.stack }),
  );
  const accounts = await takeInventory(clients, chosen, (listed) =>
    terminal.progress(
      `listing: ${listed.accounts} of ${counted(chosen.length, "account")}, ${counted(listed.integrations, "integration")}`,
    ),
  );
  const candidates = candidatesOf(accounts);
  const selection = await select(wanted, { accounts, candidates, managed, clients }, (open) => {
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
    printResult(found, options, terminal);
    return;
  }
  const places = placesOf(options, managed.names, project);
  const { secrets, protect = false } = options;
  const takenNames = [...managed.names, ...(language === "yaml" ? [...reservedNames, ...project.names] : [])];
  const plans = planImports(selection.chosen, { takenNames, secrets, protect });
  const { result, interrupted } = await carryOut(
    { plans, places, stack, providerType, project, managed: managed.names },
    options,
    terminal,
  );
  if (interrupted) end(exitCodes.interrupted);
  const notes = [...found.notes, ...unmanagedNotes(plans), ...places.notes];
  printResult({ ...found, ...result, notes, imports: importsOf(plans) }, options, terminal);
}

/** If the user named IDs, what was skipped does not matter. */
function notesOf(wanted: Wanted, { managed }: Selection, notes: readonly string[]): string[] {
  if (wanted.kind === "ids") return [];
  const them = managed.length === 1 ? "it" : "them";
  return [
    ...(managed.length === 0
      ? []
      : [`skipped ${counted(managed.length, "integration")}: the stack already manages ${them}`]),
    ...notes,
  ];
}
