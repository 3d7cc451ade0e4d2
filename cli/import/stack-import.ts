import { isJsonObject } from "../../provider/api/json";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import type { ProjectOptions } from "../options";
import { stoppingGracefully, unlockAdvice } from "../signals";
import type { OpenStack } from "../stack/stack";
import { shellWord, stackOptions } from "../text/shell";
import { partnerSecretsKey } from "./plan";

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
  } catch {}
  if (!isJsonObject(known)) {
    throw new CommandError(
      `the secret \`${partnerSecretsKey}\` in the stack's configuration is not a JSON object. Nothing was written. ` +
        `Remove it with \`pulumi config rm ${partnerSecretsKey}${stackOptions(stack)}\`, or leave partner tokens out with --secrets omit.`,
    );
  }
  return JSON.stringify({ ...known, ...(JSON.parse(added) as object) });
}

interface StackImport {
  readonly file: string;
  /** The value of the secret `partnerSecrets`. */
  readonly secrets: string | undefined;
  /** How to complete the import if it fails. */
  readonly remainingSteps: string;
}

/**
 * Sets the partner secrets and runs the engine's import. After a signal, the engine finishes the operation in progress.
 *
 * @returns whether a signal arrived, but too late to stop the import.
 * @throws CommandError with the engine's output.
 */
export async function importIntoStack(
  stack: OpenStack,
  { file, secrets, remainingSteps }: StackImport,
): Promise<{ interrupted: boolean }> {
  const { result: problem, interrupted } = await stoppingGracefully(async (interrupt, isInterrupted) => {
    const unset = secrets === undefined ? undefined : await setSecrets(stack, secrets);
    if (unset !== undefined) return unset;
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

/**
 * Sets the partner secrets over standard input, because other processes can read arguments.
 *
 * @returns why it failed; undefined on success.
 */
async function setSecrets(stack: OpenStack, input: string): Promise<string | undefined> {
  const { exitCode, stderr } = await stack.run(["config", "set", "--secret", partnerSecretsKey], { input });
  return exitCode === 0
    ? undefined
    : "cannot set the partner secrets in the stack's configuration, so nothing was imported. The written files contain partner tokens in " +
        `plaintext. Fix the error and run the same command with --overwrite, or delete the files.\n${stderr.trim()}`;
}
