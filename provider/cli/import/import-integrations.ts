import { type Access, openAccess } from "../../stacks/access";
import { chosenAccounts } from "../accounts/choice";
import type { CommandContext } from "../command-context";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { findStack } from "../stack/find";
import { readProjectFile } from "../stack/project-file";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { stackOptions } from "../text/shell";
import { type Ask, askAtTerminal } from "./ask";
import { candidatesOf } from "./candidates";
import { carryOut } from "./carry-out";
import { frontEndFor } from "./front-end";
import { ListingJournal } from "./journal";
import { Listing } from "./listing";
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
  const journal = journalFor(access, options, file.path, terminal);
  const accounts = await new Listing(access, journal, terminal).list(
    chosenAccounts(
      access.configuration,
      options,
      stackOptions({ directory: options.cwd, name: options.stack }),
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
  // Of accounts that failed the next run wants the rest, and where this one fails all of it.
  const forgetListing = () => {
    if (failedAccounts.length === 0) journal.remove();
  };
  if (failedAccounts.length > 0 || selection.refusals.length > 0) end(exitCodes.error);
  if (selection.refusals.length > 0 || selection.chosen.length === 0) {
    if (selection.refusals.length === 0) forgetListing();
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
  const undertaking = {
    plans,
    places,
    stack,
    frontEnd,
    project,
    managed: managed.names,
    onWritten: forgetListing,
  };
  const { outcome, interrupted } = await carryOut(undertaking, options, terminal);
  if (interrupted) end(exitCodes.interrupted);
  tellResult({ ...result, ...outcome }, options, terminal);
}

/** The journal beside an import file; says what is known by an earlier run's, and why it is not used. */
function journalFor(
  { configuration }: Access,
  options: ImportOptions,
  file: string,
  terminal: Terminal,
): ListingJournal {
  const scope = { apiUrl: configuration.apiUrl, secrets: options.secrets === "config" };
  const journal = ListingJournal.open(ListingJournal.pathBeside(file), scope, {
    restart: options.restart === true,
  });
  const { integrations, accounts: ended } = journal.listed;
  if (journal.unused !== undefined) terminal.note(unusedBecause[journal.unused]);
  if (integrations > 0 || ended > 0) {
    terminal.note(
      `going on where it ended: ${counted(integrations, "integration")} of an earlier run are known, ${counted(ended, "account")} to the last page (--restart lists all anew)`,
    );
  }
  return journal;
}

const unusedBecause = {
  old: "an earlier run is more than an hour old: all is listed anew",
  other: "an earlier run had another API address or other --secrets: all is listed anew",
  unreadable: "the journal of an earlier run cannot be read: all is listed anew",
} as const;

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
