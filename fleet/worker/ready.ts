import { readFileSync, rmSync } from "node:fs";
import { openAccess } from "../../cli/stack/access";
import { configuredAccounts } from "../../provider/config";
import { FleetError } from "../fleet-error";
import { abandonedWorkspaces, ShardWorkspace } from "../shard/workspace";
import type { Database, Statements } from "../store/database";
import type { Encryption } from "../store/encryption";
import { assertApiUrl, assertBackend } from "../store/same-environment";
import { firstWorkersSetting } from "../store/settings";

/**
 * Checks that this machine can process shards before it claims one, because a worker with a wrong environment would quickly fail all of
 * them. Also deletes what dead workers left.
 *
 * @throws FleetError with what is missing and what to do.
 */
export async function assertReady(
  { statements }: Database,
  encryption: Encryption,
  directory: string,
): Promise<void> {
  ShardWorkspace.assertPossible(directory);
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  const backend = await assertBackend(statements, directory);
  const passphrase = PULUMI_CONFIG_PASSPHRASE || passphraseIn(PULUMI_CONFIG_PASSPHRASE_FILE);
  // Pulumi Cloud encrypts secrets itself.
  if (!backend.startsWith("https:")) await assertPassphrase(statements, encryption, passphrase);
  await assertApiUrl(statements);
  await assertTokens();
  for (const workspace of abandonedWorkspaces()) rmSync(workspace, { recursive: true, force: true });
}

/** Without a token, every merchant of every shard that this worker claims would fail. */
async function assertTokens(): Promise<void> {
  const { configuration } = await openAccess(undefined, () => {});
  if (configuration.accountCommand !== undefined || configuredAccounts(configuration).length > 0) return;
  throw new FleetError(
    "the worker has no token for Pinterest: set PINTEREST_ACCOUNT_COMMAND, PINTEREST_ACCOUNTS or PINTEREST_ACCESS_TOKEN in its environment",
  );
}

/**
 * Compares a digest of the state's passphrase with that of the first worker. The digest needs the fleet's passphrase, so that other
 * people cannot test guesses with it.
 */
async function assertPassphrase(
  statements: Statements,
  encryption: Encryption,
  passphrase: string | undefined,
): Promise<void> {
  if (passphrase === undefined) {
    throw new FleetError(
      "PULUMI_CONFIG_PASSPHRASE is not set or empty: it encrypts secrets in state, and must be the same for all workers",
    );
  }
  const check = encryption.digest(`the passphrase of states: ${passphrase}`);
  if (check.equals(await firstWorkersSetting(statements, "state_passphrase_check", check))) return;
  throw new FleetError(
    "PULUMI_CONFIG_PASSPHRASE differs from that of the fleet's first worker: set the same one for all workers",
  );
}

function passphraseIn(file: string | undefined): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new FleetError(
      `PULUMI_CONFIG_PASSPHRASE_FILE cannot be read: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
}
