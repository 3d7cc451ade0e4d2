import { rmSync } from "node:fs";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { stoppingGracefully, unlockAdvice } from "../signals";
import type { ProjectFile } from "../stack/project-file";
import type { OpenStack } from "../stack/stack";
import type { ProviderType } from "../stack/state";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { firstOf } from "../text/listed";
import { shellWord, stackOptions } from "../text/shell";
import { importFileOf } from "./import-file";
import { importLine, languageOf } from "./language";
import { ManagedIntegrations } from "./managed";
import type { ImportOptions } from "./options";
import { assertAbsent, assertNotInUse, type OutputFile, type Places, writeFiles } from "./output-files";
import { mergedSecrets, partnerSecretsKey, partnerSecretsOf, setSecrets } from "./partner-secrets";
import type { PlannedImport } from "./plan";
import { programOf } from "./program-text";
import type { ImportResult } from "./result";
import { sectionsIn, yamlProgramOf } from "./yaml-text";

/** What to import, and where. */
export interface Import {
  readonly plans: readonly PlannedImport[];
  readonly places: Places;
  readonly stack: OpenStack | undefined;
  readonly providerType: ProviderType;
  readonly project: Pick<ProjectFile, "names" | "sections">;
  /** Names of the resources that the stack manages. */
  readonly managed: readonly string[];
}

export interface ImportOutcome {
  readonly result: Pick<
    ImportResult,
    "files" | "performed" | "commands" | "programLine" | "sectionsToMerge" | "addedConfiguration"
  >;
  /** Whether a signal arrived, but too late to stop the import. */
  readonly interrupted: boolean;
}

/** Writes the files. With `--run`, also imports them into the stack. */
export async function carryOut(
  { plans, places, stack, providerType, project, managed }: Import,
  options: ImportOptions,
  terminal: Terminal,
): Promise<ImportOutcome> {
  const { cwd, run = false } = options;
  const program = places.program.shown;
  const file = places.import.shown;
  const added = partnerSecretsOf(plans);
  const secrets = added === undefined ? undefined : await mergedSecrets(stack, added);
  const language = languageOf(cwd, program);
  const text =
    language === "yaml"
      ? yamlProgramOf(plans, { present: project.names })
      : programOf(plans, { language, providerType });
  const files: OutputFile[] = [
    {
      ...places.import,
      text: `${JSON.stringify(importFileOf(plans, providerType), undefined, 2)}\n`,
      secret: true,
    },
    { ...places.program, text, secret: false },
    ...(secrets === undefined || run ? [] : [{ ...places.secrets, text: `${secrets}\n`, secret: true }]),
  ];
  if (!options.overwrite) assertAbsent(files);
  assertNotInUse(places.program, managed);
  writeFiles(files);
  const programLine = importLine(cwd, program);
  const joining =
    programLine === undefined ? { sectionsToMerge: sectionsIn(text, project.sections) } : { programLine };
  const steps = { cwd, stack: options.stack, file };
  if (stack !== undefined && run) {
    const next = remainingSteps(program, programLine, importCommands(steps), stackOptions(stack));
    const names = plans.map(({ name }) => name);
    const { interrupted } = await importIntoStack(stack, places.import.path, names, secrets, next, terminal);
    // It contains secrets in plaintext, and is not needed any more.
    rmSync(places.import.path, { force: true });
    const configuration = secrets === undefined ? {} : { addedConfiguration: [partnerSecretsKey] };
    return {
      result: { files: { program }, performed: true, commands: [], ...joining, ...configuration },
      interrupted,
    };
  }
  const secretsFile = secrets === undefined ? undefined : places.secrets.shown;
  const result = {
    files: { import: file, program, ...(secretsFile === undefined ? {} : { secrets: secretsFile }) },
    performed: false,
    commands: importCommands({ ...steps, secretsFile }),
    ...joining,
  };
  return { result, interrupted: false };
}

/** The engine's arguments. The program exists already, so no code is generated: without a schema, that would fail. */
function importArguments(file: string): string[] {
  // Protected, because an update with a program that does not declare the integrations would delete them.
  return ["import", "--file", file, "--generate-code=false", "--protect=true"];
}

export interface ImportFiles {
  /** The project's directory, as the user gave it. */
  readonly cwd: string;
  /** The value of `--stack`. */
  readonly stack: string | undefined;
  readonly file: string;
  /** The file of partner secrets, if there are any. */
  readonly secretsFile?: string | undefined;
}

/** Shell commands that import written files. */
export function importCommands({ cwd, stack, file, secretsFile }: ImportFiles): string[] {
  const onStack = stackOptions({ directory: ".", name: stack });
  return [
    ...(cwd === "." ? [] : [`cd ${shellWord(cwd)}`]),
    ...(secretsFile === undefined
      ? []
      : [`pulumi config set --secret ${partnerSecretsKey}${onStack} < ${shellWord(secretsFile)}`]),
    `${["pulumi", ...importArguments(file)].map(shellWord).join(" ")}${onStack}`,
    `rm ${[file, ...(secretsFile === undefined ? [] : [secretsFile])].map(shellWord).join(" ")}`,
  ];
}

/** How to complete an import that failed or was interrupted. */
function remainingSteps(
  program: string,
  programLine: string | undefined,
  commands: readonly string[],
  options: string,
): string {
  const declaring =
    programLine === undefined
      ? `Copy the sections of ${program} into Pulumi.yaml before the next \`pulumi up${options}\`.`
      : `Add this line to the program before the next \`pulumi up${options}\`:\n  ${programLine}`;
  return (
    `The files were kept. ${declaring}\n` +
    `To import the rest, fix the error and run:\n${commands.map((command) => `  ${command}`).join("\n")}`
  );
}

/**
 * Sets the partner secrets and runs the engine's import. After a signal, the engine finishes the operation in progress.
 *
 * @param file the input of `pulumi import --file`.
 * @param names the resources in the file.
 * @param next how to complete the import if it fails.
 * @returns whether a signal arrived, but too late to stop the import.
 * @throws CommandError with the engine's output; after a signal, with what was imported.
 */
async function importIntoStack(
  stack: OpenStack,
  file: string,
  names: readonly string[],
  secrets: string | undefined,
  next: string,
  terminal: Pick<Terminal, "progress">,
): Promise<{ interrupted: boolean }> {
  const { result: problem, interrupted } = await stoppingGracefully(async (interrupt, isInterrupted) => {
    terminal.progress("importing");
    const unset = secrets === undefined ? undefined : await setSecrets(stack, secrets);
    if (unset !== undefined) return unset;
    const run = isInterrupted()
      ? undefined
      : await stack.run([...importArguments(file), "--yes"], { interrupt });
    if (run?.exitCode === 0) return undefined;
    if (run === undefined || isInterrupted()) {
      return `Interrupted${await progressOf(stack, names)}. ${unlockAdvice([stack])}\n${next}`;
    }
    const printed = [run.stdout, run.stderr].map((text) => text.trim()).join("\n");
    return `${printed}\nthe import failed\n${next}`;
  });
  if (problem === undefined) return { interrupted };
  throw new CommandError(problem, interrupted ? exitCodes.interrupted : exitCodes.error);
}

async function progressOf(stack: OpenStack, names: readonly string[]): Promise<string> {
  try {
    const imported = new Set(new ManagedIntegrations(await stack.resources()).names);
    const left = names.filter((name) => !imported.has(name));
    const done = `: ${names.length - left.length} of ${counted(names.length, "integration")} were imported`;
    return left.length === 0 ? done : `${done}, ${left.length} were not (${firstOf(left, 3)})`;
  } catch (error) {
    return `, and the stack could not be read: ${(error as Error).message}`;
  }
}
