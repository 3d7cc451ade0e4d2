import { rmSync } from "node:fs";
import { takeInventory } from "../../provider/config";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { chosenAccounts } from "../options";
import { openAccess } from "../stack/access";
import { findStack } from "../stack/open";
import { type ProjectFile, readProjectFile } from "../stack/project-file";
import type { OpenStack } from "../stack/stack";
import type { ProviderType } from "../stack/state";
import type { CommandContext } from "../terminal";
import { stackOptions } from "../text/shell";
import { counted } from "../text/words";
import { candidatesOf, ManagedIntegrations } from "./candidates";
import { assertNotInUse, assertWritable, type OutputPaths, outputPathsOf, writeFiles } from "./files";
import { importLine, languageOf, type ProgramLanguage, providerTypeFor } from "./language";
import { importFileOf, type PlannedImport, partnerSecretsKey, partnerSecretsOf, planImports } from "./plan";
import { programOf, reservedNames, sectionsIn, yamlProgramOf } from "./program";
import {
  declarationSteps,
  importsOf,
  printResult,
  selectionResult,
  unmanagedNotes,
  type WrittenFiles,
} from "./result";
import { type Ask, askAtTerminal, type ImportOptions, select, wantedBy } from "./selection";
import { importCommands, importIntoStack, mergedSecrets } from "./stack-import";

/** Lists the integrations of the accounts, selects some, and writes a program and an import file. With `--run`, imports them. */
export async function importIntegrations(
  ids: readonly string[],
  options: ImportOptions,
  { terminal, end }: CommandContext,
  ask: Ask = askAtTerminal,
): Promise<void> {
  const { cwd, native, secrets, protect = false } = options;
  const wanted = wantedBy(ids, options, terminal.interactive);
  const project = await readProjectFile(cwd);
  assertWritable(outputPathsOf(options, [], project), options.overwrite);
  const { stack, absent } = await findStack(options);
  if (stack === undefined) {
    if (options.run) throw new CommandError(`--run needs a stack: ${absent.message}`);
    terminal.note(
      `no stack is used, so integrations that a stack manages are not skipped: ${absent.message}`,
    );
  }
  const resources = (await stack?.resources()) ?? [];
  const managed = new ManagedIntegrations(resources);
  const paths = outputPathsOf(options, managed.names, project);
  assertNotInUse(paths.program, managed.names);
  const language = languageOf(cwd, paths.program.shown);
  const providerType = providerTypeFor({ native, language, project, resources });
  const { clients, configuration } = await openAccess(stack, terminal.note);
  const chosen = chosenAccounts(
    configuration,
    options,
    stackOptions({ directory: cwd, name: options.stack }),
  );
  const accounts = await takeInventory(clients, chosen, (listed) =>
    terminal.progress(
      `listing: ${listed.accounts} of ${counted(chosen.length, "account")}, ${counted(listed.integrations, "integration")}`,
    ),
  );
  const candidates = candidatesOf(accounts);
  const selection = await select(wanted, { accounts, candidates, managed, clients }, (unmanaged) => {
    terminal.note(`${counted(unmanaged.length, "integration")} to choose from`);
    return ask(unmanaged);
  });
  const found = selectionResult(accounts, selection, wanted.ids !== undefined, candidates.notes);
  if (found.failedAccounts.length > 0 || found.refused.length > 0) end(exitCodes.error);
  if (found.refused.length > 0 || selection.chosen.length === 0) {
    printResult(found, options, terminal);
    return;
  }
  const takenNames = [...managed.names, ...(language === "yaml" ? [...reservedNames, ...project.names] : [])];
  const plans = planImports(selection.chosen, { takenNames, secrets, protect });
  const written = await writeImport({ plans, paths, language, providerType, project, stack }, options, {
    terminal,
    end,
  });
  const notes = [...found.notes, ...unmanagedNotes(plans)];
  printResult({ ...found, ...written, notes, imports: importsOf(plans) }, options, terminal);
}

interface Import {
  readonly plans: readonly PlannedImport[];
  readonly paths: OutputPaths;
  readonly language: ProgramLanguage;
  readonly providerType: ProviderType;
  readonly project: Pick<ProjectFile, "names" | "sections">;
  readonly stack: OpenStack | undefined;
}

/** Writes the files. With `--run`, also imports them into the stack. */
async function writeImport(
  { plans, paths, language, providerType, project, stack }: Import,
  options: ImportOptions,
  { terminal, end }: CommandContext,
): Promise<WrittenFiles> {
  const { cwd, run } = options;
  const [file, program] = [paths.import.shown, paths.program.shown];
  const added = partnerSecretsOf(plans);
  const secrets = added === undefined ? undefined : await mergedSecrets(stack, added);
  const text =
    language === "yaml" ? yamlProgramOf(plans, project.names) : programOf(plans, language, providerType);
  const importText = JSON.stringify(importFileOf(plans, providerType), undefined, 2);
  const files = [
    { ...paths.import, text: `${importText}\n`, secret: true },
    { ...paths.program, text, secret: false },
    ...(secrets === undefined || run ? [] : [{ ...paths.secrets, text: `${secrets}\n`, secret: true }]),
  ];
  writeFiles(files);
  const programLine = importLine(cwd, program);
  const declaration =
    programLine === undefined ? { sectionsToMerge: sectionsIn(text, project.sections) } : { programLine };
  if (stack === undefined || !run) {
    const secretsFile = secrets === undefined ? undefined : paths.secrets.shown;
    return {
      files: { import: file, program, ...(secretsFile === undefined ? {} : { secrets: secretsFile }) },
      performed: false,
      commands: importCommands(options, file, secretsFile),
      ...declaration,
    };
  }
  terminal.progress("importing");
  const remainingSteps = [
    "The files were kept.",
    ...declarationSteps(program, declaration, stack),
    "To import the rest, fix the error and run:",
    ...importCommands(options, file).map((command) => `  ${command}`),
  ];
  const { interrupted } = await importIntoStack(stack, {
    file: paths.import.path,
    secrets,
    remainingSteps: remainingSteps.join("\n"),
  });
  if (interrupted) end(exitCodes.interrupted);
  // It contains secrets in plaintext, and is not needed any more.
  rmSync(paths.import.path, { force: true });
  return {
    files: { program },
    performed: true,
    commands: [],
    ...declaration,
    ...(secrets === undefined ? {} : { addedConfiguration: [partnerSecretsKey] }),
  };
}
