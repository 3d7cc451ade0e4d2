import { isJsonObject } from "../../pinterest/json";
import type { OpenStack } from "../../stacks/stack";
import { CommandError } from "../command-error";
import { stackOptions } from "../text/shell";
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
  if (!isJsonObject(known)) {
    throw new CommandError(
      `the stack's configuration has a \`${partnerSecretsKey}\` that is no JSON object, so nothing was written: ` +
        `remove it (\`pulumi config rm ${partnerSecretsKey}${stackOptions(stack)}\`), or leave partner tokens out with --secrets omit`,
    );
  }
  return JSON.stringify({ ...known, ...(JSON.parse(added) as object) });
}

/**
 * Sets the partner secrets, without any other process seeing them among its arguments.
 *
 * @returns what the engine says where it does not; undefined where it does.
 */
export async function setSecrets(stack: OpenStack, value: string): Promise<string | undefined> {
  const { exitCode, stderr } = await stack.run(["config", "set", "--secret", partnerSecretsKey], {
    input: value,
  });
  if (exitCode === 0) return undefined;
  return (
    "the partner secrets could not be set in the stack's configuration, and nothing was imported. The files stay, and hold partner " +
    `tokens in clear: once that is settled run the same command with --overwrite, or remove them\n${stderr.trim()}`
  );
}
