import { rmSync } from "node:fs";
import { type Access, openAccess } from "../accounts/access";
import { chosenAccounts } from "../accounts/choice";
import type { CommandContext } from "../command-context";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { findStack } from "../stack/find";
import type { OpenStack } from "../stack/stack";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { type Ask, askAtTerminal } from "./ask";
import { candidatesOf } from "./candidates";
import { importFileOf } from "./import-file";
import { ListingJournal } from "./journal";
import { type ListedAccount, Listing } from "./listing";
import { ManagedIntegrations } from "./managed";
import { importCommands, importLine, programLanguage } from "./next-steps";
import { importOnStack, mergedSecrets, setSecrets } from "./on-stack";
import { type ImportOptions, type Wanted, wantedBy } from "./options";
import { assertAbsent, assertDirectories, assertNotInUse, type OutputFile, writeFiles } from "./output-files";
import { type Places, placesOf } from "./places";
import { type FoundIntegration, type PlannedImport, planImports } from "./plan";
import { programOf } from "./program-text";
import { emptyResult, failuresOf, type ImportResult, importsOf, managedOf, unmanagedNotes } from "./result";
import { partnerSecretsOf } from "./secrets-config";
import { type Selection, select } from "./selection";
import { tellResult } from "./telling";

/** Brings integrations that exist at Pinterest under management: lists, chooses, and writes what it takes; with --run does it. */
export async function importIntegrations(
  ids: readonly string[],
  options: ImportOptions,
  { terminal, end }: CommandContext,
  ask: Ask = askAtTerminal,
): Promise<void> {
  const wanted = wantedBy(ids, options, terminal.interactive);
  const { import: file, program } = placesOf(options);
  assertDirectories([file, program]);
  const { stack, absent } = await findStack(options);
  if (stack === undefined) {
    if (options.run) throw new CommandError(`--run imports into a stack, and there is none: ${absent}`);
    terminal.note(`going by the environment alone, not knowing what a stack manages already: ${absent}`);
  }
  const managed = new ManagedIntegrations((await stack?.resources()) ?? []);
  const access = await openAccess(stack, (message) => terminal.note(message));
  const accounts = await listedBy(access, options, file.path, terminal);
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
  const places = placesOf(options, managed.names);
  const plans = plansOf(selection.chosen, managed, options);
  const result = {
    ...found,
    notes: [...found.notes, ...unmanagedNotes(plans), ...places.notes],
    imports: importsOf(plans),
  };
  tellResult(
    { ...result, ...(await carriedOut(plans, places, managed, stack, options, terminal)) },
    options,
    terminal,
  );
}

async function listedBy(
  access: Access,
  options: ImportOptions,
  file: string,
  terminal: Terminal,
): Promise<ListedAccount[]> {
  const accounts = chosenAccounts(access.configuration, options);
  const scope = { apiUrl: access.configuration.apiUrl, secrets: options.secrets === "config" };
  const journal = ListingJournal.open(ListingJournal.pathBeside(file), scope, {
    restart: options.restart === true,
  });
  const { integrations, accounts: ended } = journal.listed;
  if (journal.unused !== undefined) terminal.note(unusedBecause[journal.unused]);
  if (integrations > 0 || ended > 0) {
    terminal.note(
      `going on where it ended: ${counted(integrations, "integration")} of an interrupted run are known, ${counted(ended, "account")} to the last page (--restart lists all anew)`,
    );
  }
  return new Listing(access, journal, terminal).list(accounts);
}

const unusedBecause = {
  old: "an interrupted run is more than an hour old: all is listed anew",
  other: "an interrupted run had another API address or other --secrets: all is listed anew",
  unreadable: "the journal of an interrupted run cannot be read: all is listed anew",
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

function plansOf(
  found: readonly FoundIntegration[],
  managed: ManagedIntegrations,
  { secrets, protect = false }: ImportOptions,
): PlannedImport[] {
  return planImports(found, { takenNames: managed.names, secrets, protect });
}

type Outcome = Pick<ImportResult, "files" | "performed" | "commands" | "programLine">;

/** Writes the files, and with --run goes on to the stack. */
async function carriedOut(
  plans: readonly PlannedImport[],
  places: Places,
  managed: ManagedIntegrations,
  stack: OpenStack | undefined,
  options: ImportOptions,
  terminal: Terminal,
): Promise<Outcome> {
  const { cwd, run = false } = options;
  const program = places.program.shown;
  const file = places.import.shown;
  const added = partnerSecretsOf(plans)?.value;
  const secrets = added === undefined ? undefined : await mergedSecrets(stack, added);
  const language = programLanguage(cwd, program);
  const files: OutputFile[] = [
    { ...places.import, text: `${JSON.stringify(importFileOf(plans), undefined, 2)}\n`, secret: true },
    { ...places.program, text: programOf(plans, { language }), secret: false },
    ...(secrets === undefined || run ? [] : [{ ...places.secrets, text: `${secrets}\n`, secret: true }]),
  ];
  if (!options.overwrite) assertAbsent(files);
  assertNotInUse(places.program, managed.names);
  writeFiles(files);
  const programLine = importLine(cwd, program);
  const secretsFile = secrets === undefined ? undefined : places.secrets.shown;
  // Until the program declares them, an update that does not would delete live connections.
  const steps = { cwd, stack: options.stack, file, secretsFile, protect: true };
  if (stack !== undefined && run) {
    if (secrets !== undefined) await setSecrets(stack, secrets);
    const toGoOn = importCommands({ ...steps, secretsFile: undefined });
    await importOnStack(stack, { file: places.import.path, protect: true, toGoOn }, terminal);
    // It has done its work, and holds secrets in clear.
    rmSync(places.import.path, { force: true });
    return { files: { program }, performed: true, commands: [], programLine };
  }
  return {
    files: { import: file, program, ...(secretsFile === undefined ? {} : { secrets: secretsFile }) },
    performed: false,
    commands: importCommands(steps),
    programLine,
  };
}
