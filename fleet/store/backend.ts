import { hostname } from "node:os";
import { runEngine } from "../../cli/stacks/engine-command";
import { withoutCredentials } from "../../cli/stacks/engine-message";
import { ownCommand } from "../../provider/api/own-command";
import { FleetError } from "../fleet-error";
import { absoluteBackend } from "../shard/absolute-backend";
import type { Statements } from "./database";
import { schema } from "./migrations";

/**
 * Makes sure that the engine here keeps states where the fleet's are, and the first time that this is where they are. With another backend
 * all stacks would seem empty, and connections be made, or forgotten, a second time.
 *
 * @param directory where the engine is run.
 * @returns where they are, without credentials.
 * @throws FleetError where it is another one, or the engine does not say.
 */
export async function assertBackend(statements: Statements, directory: string): Promise<string> {
  const here = await backendHere(directory);
  const { rows } = await statements.query<{ backend: string }>(
    `update ${schema}.settings set backend = coalesce(backend, $1) returning backend`,
    [here],
  );
  const known = rows[0]?.backend;
  if (known === here) return here;
  throw new FleetError(
    `the fleet's states are in ${known}, but this environment uses ${here}: set PULUMI_BACKEND_URL. ` +
      `If you moved the states, run \`${ownCommand} fleet init --backend ${here.replace(/ on .*/, "")}\``,
  );
}

/** What the engine says of its backend, without credentials. */
async function backendHere(directory: string): Promise<string> {
  const environment = absoluteBackend(directory);
  const { exitCode, stdout, stderr } = await runEngine(["whoami", "--json"], {
    cwd: directory,
    environment,
  }).catch(() => {
    throw new FleetError("the Pulumi CLI is not on PATH: install it (https://www.pulumi.com/docs/install/)");
  });
  if (exitCode !== 0) {
    const hint = process.env.PULUMI_BACKEND_URL
      ? ""
      : "\nSet PULUMI_BACKEND_URL to the fleet's state backend, or run `pulumi login`";
    throw new FleetError(
      `the engine cannot access its state backend: ${withoutCredentials(stderr).trim()}${hint}`,
    );
  }
  return backendName((JSON.parse(stdout) as { url?: string }).url ?? "");
}

/** A backend's address without credentials and parameters. */
export function backendName(address: string): string {
  const name = address.replace(/\/\/[^/]*@/, "//").replace(/\?.*$/, "");
  // The same directory of another machine has other states.
  return name.startsWith("file:") ? `${name} on ${hostname()}` : name;
}
