import { CommandError } from "../command-error";
import { importArguments } from "../stack/import-arguments";
import type { OpenStack } from "../stack/stack";
import type { Terminal } from "../terminal";
import { partnerSecretsKey } from "./secrets-config";

/**
 * The partner secrets of a stack's configuration with further ones, by resource name; what is there already stays.
 *
 * @param added JSON, by resource name.
 * @throws CommandError when something else stands there.
 */
export async function mergedSecrets(stack: OpenStack | undefined, added: string): Promise<string> {
  if (stack === undefined) return added;
  const present = (await stack.allConfiguration())[`${stack.project}:${partnerSecretsKey}`]?.value;
  if (present === undefined) return added;
  let known: unknown;
  try {
    known = JSON.parse(present);
  } catch {}
  if (typeof known !== "object" || known === null || Array.isArray(known)) {
    throw new CommandError(
      `the stack's configuration has a \`${partnerSecretsKey}\` that is no JSON object, so nothing was written: ` +
        `remove it (\`pulumi config rm ${partnerSecretsKey}\`), or leave partner tokens out with --secrets omit`,
    );
  }
  return JSON.stringify({ ...known, ...(JSON.parse(added) as object) });
}

/**
 * Sets the partner secrets, without any other process seeing them among its arguments.
 *
 * @throws CommandError with what the engine says.
 */
export async function setSecrets(stack: OpenStack, value: string): Promise<void> {
  const { exitCode, stderr } = await stack.run(["config", "set", "--secret", partnerSecretsKey], value);
  if (exitCode !== 0) {
    throw new CommandError(
      "the partner secrets could not be set in the stack's configuration, and nothing was imported. The files stay, and hold partner " +
        `tokens in clear: once that is settled run the same command with --overwrite, or remove them\n${stderr.trim()}`,
    );
  }
}

/**
 * Has the engine import what a file says.
 *
 * @param import.toGoOn the commands that do the same later: what is imported by then stays as it is.
 * @throws CommandError with all that the engine printed.
 */
export async function importOnStack(
  stack: OpenStack,
  { file, protect, toGoOn }: { file: string; protect: boolean; toGoOn: readonly string[] },
  terminal: Terminal,
): Promise<void> {
  terminal.progress("importing");
  const { exitCode, stdout, stderr } = await stack.run([...importArguments(file, protect), "--yes"]);
  if (exitCode !== 0) {
    throw new CommandError(
      `${[stdout, stderr].map((text) => text.trim()).join("\n")}\nthe import failed. The files stay: once that is settled go on by\n${toGoOn.map((command) => `  ${command}`).join("\n")}`,
    );
  }
}
