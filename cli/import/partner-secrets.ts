import { isJsonObject } from "../../provider/api/json";
import { CommandError } from "../command-error";
import type { OpenStack } from "../stack/stack";
import { stackOptions } from "../text/shell";
import type { PlannedImport } from "./plan";

/** The key of the stack's configuration, in the project's namespace, that contains partner tokens and e-mail. */
export const partnerSecretsKey = "partnerSecrets";

/** The partner tokens and e-mail of these integrations, as JSON by resource name and field; undefined if there are none. Secret. */
export function partnerSecretsOf(plans: readonly PlannedImport[]): string | undefined {
  const secrets = plans
    .filter((plan) => Object.keys(plan.secrets).length > 0)
    .map((plan) => [plan.name, plan.secrets]);
  return secrets.length === 0 ? undefined : JSON.stringify(Object.fromEntries(secrets));
}

/**
 * Adds partner secrets to those of a stack's configuration.
 *
 * @param added JSON by resource name.
 * @returns JSON by resource name.
 * @throws CommandError if the configuration's value is not a JSON object.
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
      `the secret \`${partnerSecretsKey}\` in the stack's configuration is not a JSON object. Nothing was written. ` +
        `Remove it with \`pulumi config rm ${partnerSecretsKey}${stackOptions(stack)}\`, or leave partner tokens out with --secrets omit.`,
    );
  }
  return JSON.stringify({ ...known, ...(JSON.parse(added) as object) });
}

/**
 * Sets the partner secrets over standard input, because other processes can read arguments.
 *
 * @returns why it failed; undefined on success.
 */
export async function setSecrets(stack: OpenStack, value: string): Promise<string | undefined> {
  const { exitCode, stderr } = await stack.run(["config", "set", "--secret", partnerSecretsKey], {
    input: value,
  });
  if (exitCode === 0) return undefined;
  return (
    "cannot set the partner secrets in the stack's configuration, so nothing was imported. The written files contain partner tokens in " +
    `plaintext. Fix the error and run the same command with --overwrite, or delete the files.\n${stderr.trim()}`
  );
}
