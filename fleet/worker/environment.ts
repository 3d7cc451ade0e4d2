import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { parseApiUrl } from "../../provider/api";
import { accountInWords, firstOf, quoted } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { type Configuration, configuredAccounts } from "../../provider/config";
import { openAccess } from "../../stack/access";
import { plainAddress, runEngine, withoutCredentials } from "../../stack/engine";
import { FleetError } from "../fleet-error";
import { withAbsoluteBackend } from "../shard/backend";
import {
  assertTemporaryDirectory,
  assertWorkspacePossible,
  engineMissing,
  type FleetInvocation,
  removeAbandonedDirectories,
} from "../shard/workspace";
import type { Database, Statements } from "../store/database";
import { schema } from "../store/schema";
import { type Encryption, firstWorkersSetting, type OpenedFleet, readIdentity } from "../store/settings";

/** The fleet that a worker has joined. */
export interface JoinedFleet {
  readonly identity: string;
  /**
   * Checks that the database still has this fleet, with the same version, that this environment is still that of the other workers, and that
   * shards have space in the temporary directory.
   *
   * @throws FleetError with the message that a worker prints if it starts then; another Error if the database cannot be reached.
   */
  assertJoined(): Promise<void>;
}

/**
 * Checks that this machine can process shards, because a worker with a wrong environment would quickly fail all of them. Also deletes the
 * temporary directories of killed workers.
 *
 * @param fleet.reopen opens the fleet that the database has by then.
 * @param log receives a warning about merchants that the worker would fail.
 * @throws FleetError if something is missing or differs from the other workers.
 */
export async function joinFleet(
  fleet: OpenedFleet & { readonly database: Database; reopen(): Promise<OpenedFleet> },
  invocation: FleetInvocation,
  log: (line: string) => void,
): Promise<JoinedFleet> {
  const { database, reopen } = fleet;
  const { statements } = database;
  assertTemporaryDirectory();
  const configuration = await matchSettings(statements, fleet, invocation);
  if (configuration.accountCommand === undefined) await warnOfMissingTokens(statements, configuration, log);
  else await assertAccountCommand(statements, invocation);
  removeAbandonedDirectories();
  const identity = await readIdentity(statements);
  const assertJoined = async () => {
    assertTemporaryDirectory();
    // If the identity cannot be read, the next steps report why.
    if ((await readIdentity(statements).catch(() => undefined)) === identity) return;
    const opened = await reopen();
    // The rollback keeps this worker from setting the environment of a fleet whose first worker has not started yet.
    await database.transaction(
      (inTransaction) => matchSettings(inTransaction, opened, invocation),
      "rollback",
    );
    if ((await readIdentity(statements)) === identity) return;
    throw new FleetError(
      "the database in PINTEREST_FLEET_DATABASE now has another fleet, or its settings have changed. Start the worker again",
    );
  };
  return { identity, assertJoined };
}

/**
 * Compares the state backend, its passphrase and the API of this worker with the first worker's, or stores them as the first worker. Returns the
 * environment's configuration.
 *
 * @throws FleetError if something is missing or differs
 */
async function matchSettings(
  statements: Statements,
  { encryption }: OpenedFleet,
  invocation: FleetInvocation,
): Promise<Configuration> {
  assertWorkspacePossible(invocation);
  const backend = await matchBackend(statements, invocation);
  // Pulumi Cloud encrypts secrets itself.
  if (!backend.startsWith("https:")) await matchPassphrase(statements, encryption, invocation.environment);
  const configuration = await matchApi(statements, invocation);
  // Without a token, every merchant of every shard that this worker claims would fail.
  if (configuration.accountCommand === undefined && configuredAccounts(configuration).length === 0) {
    throw new FleetError(
      "the worker has no token for Pinterest. Set PINTEREST_ACCOUNT_COMMAND, PINTEREST_ACCOUNTS or PINTEREST_ACCESS_TOKEN in its environment",
    );
  }
  return configuration;
}

/** Warns of accounts of the list without a token in the configuration. Other merchants can be deployed. */
async function warnOfMissingTokens(
  statements: Statements,
  configuration: Configuration,
  log: (line: string) => void,
): Promise<void> {
  // The default account is an empty string in the table.
  const configured = configuredAccounts(configuration).map((account) => account ?? "");
  const { rows } = await statements.query<{ account: string }>(
    `select distinct account from ${schema}.merchant where account <> all($1) order by account`,
    [configured],
  );
  if (rows.length === 0) return;
  const names = firstOf(rows.map(({ account }) => accountInWords(account || undefined)));
  log(
    `warning: this worker has no token for ${names}, and fails their merchants. Add the tokens to PINTEREST_ACCOUNTS or ` +
      "PINTEREST_ACCESS_TOKEN (the default account), and start the worker again",
  );
}

/**
 * Runs the account command once, for an account of the list.
 *
 * @throws FleetError if the command fails. If it only has no token for this account, other merchants can be deployed.
 */
async function assertAccountCommand(statements: Statements, invocation: FleetInvocation): Promise<void> {
  let failure: string | undefined;
  const { configuration, clients } = await openAccess(invocation, () => {}, {
    onCommandFailure: (message) => {
      failure = message;
    },
  });
  const { rows } = await statements.query<{ account: string }>(
    `select account from ${schema}.merchant where account <> '' and account <> all($1) limit 1`,
    [[...configuration.accounts.keys()]],
  );
  const account = rows[0]?.account;
  if (account === undefined) return;
  try {
    await clients.credentials(account).accessToken();
  } catch {
    // If the command succeeded, the failure is about this account only.
  }
  if (failure === undefined) return;
  throw new FleetError(
    `${failure}, so that this worker would fail all shards. Run the command in PINTEREST_ACCOUNT_COMMAND with ` +
      `{"accounts":[${quoted(account)}]} on standard input, and check its output`,
  );
}

/**
 * Compares a digest of the state's passphrase with that of the first worker, or stores it as the first worker. The digest needs the fleet's
 * passphrase, so that other people cannot test guesses with it.
 */
async function matchPassphrase(
  statements: Statements,
  encryption: Encryption,
  { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE: file }: NodeJS.ProcessEnv,
): Promise<void> {
  let passphrase = PULUMI_CONFIG_PASSPHRASE;
  try {
    if (!passphrase && file) passphrase = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new FleetError(
      `PULUMI_CONFIG_PASSPHRASE_FILE cannot be read: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
  if (!passphrase) {
    throw new FleetError(
      "PULUMI_CONFIG_PASSPHRASE is missing or empty. Set it to the same value for all workers: it encrypts secrets in state",
    );
  }
  const check = encryption.digest(`the passphrase of states: ${passphrase}`);
  if (check.equals(await firstWorkersSetting(statements, "state_passphrase_check", check))) return;
  throw new FleetError(
    "PULUMI_CONFIG_PASSPHRASE differs from that of the fleet's first worker. Set the same one for all workers",
  );
}

/**
 * Checks that the engine here uses the fleet's state backend, and stores the backend the first time. With another backend, all stacks would
 * seem empty, and integrations would be created or forgotten again.
 *
 * @returns the backend's name.
 * @throws FleetError if the backend differs, or the engine does not report it.
 */
export async function matchBackend(
  statements: Statements,
  { directory, environment: inherited }: FleetInvocation,
): Promise<string> {
  const environment = withAbsoluteBackend(directory, inherited);
  const whoami = () =>
    runEngine(["whoami", "--json"], { cwd: directory, environment }).catch((error: NodeJS.ErrnoException) => {
      throw new FleetError(
        error.code === "ENOENT" ? engineMissing : `the Pulumi CLI cannot be run: ${error.message}`,
      );
    });
  let response = await whoami();
  // The engine's first command creates the table in PostgreSQL. It fails if another worker's command creates the table at the same time.
  if (response.exitCode !== 0) response = await whoami();
  const { exitCode, stdout, stderr } = response;
  if (exitCode !== 0) {
    const remedy = environment.PULUMI_BACKEND_URL
      ? "Check PULUMI_BACKEND_URL, and whether this machine can reach the backend"
      : "Set PULUMI_BACKEND_URL to the fleet's state backend, or run `pulumi login`";
    throw new FleetError(
      `the engine cannot access its state backend: ${withoutCredentials(stderr).trim()}\n${remedy}`,
    );
  }
  const here = backendName((JSON.parse(stdout) as { url?: string }).url ?? "");
  const known = await firstWorkersSetting(statements, "backend", here);
  if (known === here) return here;
  throw new FleetError(
    `the fleet's states are in ${known}, but this environment uses ${here}. Set PULUMI_BACKEND_URL. ` +
      `If you moved the states, run \`${ownCommand} fleet init --backend ${here.replace(/ on .*/, "")}\``,
  );
}

/** Names a backend, without credentials and parameters. */
export function backendName(address: string): string {
  const name = plainAddress(address);
  // The same path on another machine is another backend.
  return name.startsWith("file:") ? `${name} on ${hostname()}` : name;
}

/**
 * Checks that the environment has the API address of the fleet's first worker, and stores it the first time. Another API, such as an
 * emulator, would respond that all integrations are missing, or that all tokens are revoked.
 *
 * @returns the environment's configuration.
 * @throws FleetError if the address differs.
 */
export async function matchApi(statements: Statements, invocation: FleetInvocation): Promise<Configuration> {
  const { configuration } = await openAccess(invocation, () => {});
  const here = canonicalApiUrl(configuration.apiUrl);
  const known = await firstWorkersSetting(statements, "api_url", here);
  if (known === here) return configuration;
  throw new FleetError(
    `the fleet uses Pinterest's API at ${known}, but this environment has ${here}. Set PINTEREST_API_URL as on the other workers. ` +
      `If the address has changed for all of them, run \`${ownCommand} fleet init --api-url ${here}\``,
  );
}

/** An API address without a trailing slash. @throws Error if the address is not allowed. */
export function canonicalApiUrl(apiUrl: string, name?: string): string {
  const { origin, basePath } = parseApiUrl(apiUrl, name);
  return origin + basePath;
}
