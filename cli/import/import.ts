import { rmSync } from "node:fs";
import { relative } from "node:path";
import { isJsonObject } from "../../provider/base/json";
import { shellWord, stackOptions } from "../../provider/base/shell";
import { counted } from "../../provider/base/words";
import { takeInventory } from "../../provider/config";
import { programContext } from "../../provider/run/run-context";
import { openAccess } from "../../stack/access";
import { CommandError } from "../../stack/command-error";
import { type ExitCode, exitCodes } from "../../stack/exit-codes";
import { findStack } from "../../stack/open";
import { type ProjectFile, readProjectFile } from "../../stack/project-file";
import { stoppingGracefully, unlockAdvice } from "../../stack/signals";
import type { OpenStack } from "../../stack/stack";
import type { ProviderType } from "../../stack/state";
import { chosenAccounts, type ProjectOptions } from "../options";
import type { CommandIo, Terminal } from "../terminal";
import {
  assertNotInUse,
  assertWritable,
  importLine,
  languageOf,
  type OutputPaths,
  outputPathsOf,
  type ProgramLanguage,
  providerTypeFor,
  writeFiles,
} from "./files";
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
import {
  type Ask,
  askAtTerminal,
  candidatesOf,
  type ImportOptions,
  importRequestOf,
  ManagedIntegrations,
  select,
} from "./selection";

/** Lists the integrations of the accounts, selects some, and writes a program and an import file. With `--run`, imports them. */
export async function importIntegrations(
  ids: readonly string[],
  options: ImportOptions,
  { terminal, environment }: CommandIo,
  ask: Ask = askAtTerminal,
): Promise<ExitCode> {
  const { cwd, native, secrets, protect = false } = options;
  const request = importRequestOf(ids, options, terminal.interactive);
  const project = await readProjectFile(cwd);
  const { stack, absent } = await findStack({ ...options, environment });
  if (stack === undefined) {
    if (options.run) throw new CommandError(`--run needs a stack: ${absent.message}`);
    terminal.note(
      `no stack is used, so integrations that a stack manages are not skipped: ${absent.message}`,
    );
  }
  const resources = (await stack?.resources()) ?? [];
  const managed = new ManagedIntegrations(resources);
  const paths = outputPathsOf(options, managed.names, project);
  assertWritable(paths, options.overwrite);
  assertNotInUse(paths.program, managed.names);
  const language = languageOf(cwd, paths.program.shown);
  const providerType = providerTypeFor({ native, language, project, resources });
  const { clients, configuration } = await openAccess(
    stack ?? { environment, context: programContext },
    terminal.note,
  );
  const onStack = stackOptions({ directory: cwd, name: options.stack });
  const chosen = chosenAccounts(configuration, options, onStack);
  const accounts = await takeInventory(clients, chosen, (listed) =>
    terminal.progress(
      `listing: ${listed.accounts} of ${counted(chosen.length, "account")}, ${counted(listed.integrations, "integration")}`,
    ),
  );
  const candidates = candidatesOf(accounts);
  const selection = await select(request, { accounts, candidates, managed, clients }, (unmanaged) => {
    terminal.note(`${counted(unmanaged.length, "integration")} to choose from`);
    return ask(unmanaged);
  });
  const found = selectionResult(accounts, selection, request.ids.length > 0 ? [] : candidates.notes);
  const exitCode =
    found.failedAccounts.length > 0 || found.refused.length > 0 ? exitCodes.error : exitCodes.ok;
  if (found.refused.length > 0 || selection.chosen.length === 0) {
    printResult(found, options, terminal);
    return exitCode;
  }
  const takenNames = [...managed.names, ...(language === "yaml" ? [...reservedNames, ...project.names] : [])];
  const plans = planImports(selection.chosen, { takenNames, secrets, protect });
  const planned = { plans, paths, language, providerType, project, stack };
  const { interrupted, ...written } = await writeImport(planned, options, terminal);
  const imports = importsOf(plans);
  const notes = [...found.notes, ...unmanagedNotes(imports)];
  printResult({ ...found, ...written, notes, imports }, options, terminal);
  return interrupted ? exitCodes.interrupted : exitCode;
}

interface Import {
  readonly plans: readonly PlannedImport[];
  readonly paths: OutputPaths;
  readonly language: ProgramLanguage;
  readonly providerType: ProviderType;
  readonly project: Pick<ProjectFile, "names" | "sections" | "entry">;
  readonly stack: OpenStack | undefined;
}

/** Writes the files. With `--run`, also imports them into the stack. */
async function writeImport(
  { plans, paths, language, providerType, project, stack }: Import,
  options: ImportOptions,
  terminal: Terminal,
): Promise<WrittenFiles & { interrupted: boolean }> {
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
  const { entry } = project;
  const programLine = importLine(cwd, program, entry);
  const declaration =
    programLine === undefined
      ? { sectionsToMerge: sectionsIn(text, project.sections) }
      : { programLine, ...(entry === undefined ? {} : { programFile: relative(cwd, entry) }) };
  if (stack === undefined || !run) {
    const secretsFile = secrets && paths.secrets.shown;
    return {
      files: { import: file, program, ...(secretsFile && { secrets: secretsFile }) },
      performed: false,
      commands: importCommands(options, file, secretsFile),
      ...declaration,
      interrupted: false,
    };
  }
  terminal.progress("importing");
  const remainingSteps = [
    "The files were kept.",
    ...declarationSteps(program, declaration, stack),
    "To import the rest, fix the error and run:",
    ...importCommands(options, file).map((command) => `  ${command}`),
  ];
  const { interrupted } = await importIntoStack(stack, paths.import.path, secrets, remainingSteps.join("\n"));
  // It contains secrets in plaintext, and is not needed any more.
  rmSync(paths.import.path, { force: true });
  return {
    files: { program },
    performed: true,
    commands: [],
    ...declaration,
    ...(secrets === undefined ? {} : { addedConfiguration: [partnerSecretsKey] }),
    interrupted,
  };
}

/** The engine's arguments. The program exists already, so no code is generated: without a schema, that would fail. */
function importArguments(file: string): string[] {
  // Protected, because an update with a program that does not declare the integrations would delete them.
  return ["import", "--file", file, "--generate-code=false", "--protect=true"];
}

/** Shell commands that import written files. */
export function importCommands({ cwd, stack }: ProjectOptions, file: string, secretsFile?: string): string[] {
  const onStack = stackOptions({ directory: ".", name: stack });
  const files = [file, ...(secretsFile === undefined ? [] : [secretsFile])].map(shellWord);
  return [
    ...(cwd === "." ? [] : [`cd ${shellWord(cwd)}`]),
    ...(secretsFile === undefined
      ? []
      : [`pulumi config set --secret ${partnerSecretsKey}${onStack} < ${shellWord(secretsFile)}`]),
    `${["pulumi", ...importArguments(file)].map(shellWord).join(" ")}${onStack}`,
    `rm ${files.join(" ")}`,
  ];
}

/**
 * Adds partner secrets to those of a stack's configuration.
 *
 * @param added JSON by resource name.
 * @returns JSON by resource name.
 * @throws CommandError if the configuration's value is not a JSON object.
 */
export async function mergedSecrets(stack: OpenStack | undefined, added: string): Promise<string> {
  const configuration = await stack?.allConfiguration();
  const present = configuration?.[`${stack?.project}:${partnerSecretsKey}`]?.value;
  if (stack === undefined || present === undefined) return added;
  let known: unknown;
  try {
    known = JSON.parse(present);
  } catch {
    // The message below replaces the parser's, which would quote secrets.
  }
  if (!isJsonObject(known)) {
    throw new CommandError(
      `the secret \`${partnerSecretsKey}\` in the stack's configuration is not a JSON object. Nothing was written. ` +
        `Remove it with \`pulumi config rm ${partnerSecretsKey}${stackOptions(stack)}\`, or leave partner tokens out with --secrets omit.`,
    );
  }
  return JSON.stringify({ ...known, ...(JSON.parse(added) as object) });
}

/**
 * Sets the partner secrets and runs the engine's import. After a signal, the engine finishes the operation in progress.
 *
 * @param secrets the value of the secret `partnerSecrets`.
 * @param remainingSteps how to complete the import if it fails.
 * @returns whether a signal arrived, but too late to stop the import.
 * @throws CommandError with the engine's output.
 */
async function importIntoStack(
  stack: OpenStack,
  file: string,
  secrets: string | undefined,
  remainingSteps: string,
): Promise<{ interrupted: boolean }> {
  const { result: problem, interrupted } = await stoppingGracefully(async (interrupt, isInterrupted) => {
    if (secrets !== undefined) {
      // Over standard input, because other processes can read arguments.
      const { exitCode, stderr } = await stack.run(["config", "set", "--secret", partnerSecretsKey], {
        input: secrets,
      });
      if (exitCode !== 0) return `${secretsNotSet}\n${stderr.trim()}`;
    }
    const run = isInterrupted()
      ? undefined
      : await stack.run([...importArguments(file), "--yes"], { interrupt });
    if (run?.exitCode === 0) return undefined;
    if (run === undefined || isInterrupted()) {
      return `Interrupted. ${unlockAdvice([stack])}\n${remainingSteps}`;
    }
    const printed = [run.stdout, run.stderr].map((text) => text.trim()).join("\n");
    return `${printed}\nthe import failed\n${remainingSteps}`;
  });
  if (problem === undefined) return { interrupted };
  throw new CommandError(problem, interrupted ? exitCodes.interrupted : exitCodes.error);
}

const secretsNotSet =
  "cannot set the partner secrets in the stack's configuration, so nothing was imported. The written files contain partner tokens in " +
  "plaintext. Fix the error and run the same command with --overwrite, or delete the files.";
