import { hostname } from "node:os";
import { openAccess } from "../../cli/stack/access";
import { runEngine, withoutCredentials } from "../../cli/stack/engine";
import { parseApiUrl } from "../../provider/api/address";
import { ownCommand } from "../../provider/api/own-package";
import { FleetError } from "../fleet-error";
import { absoluteBackend } from "../shard/workspace";
import type { Statements } from "./database";
import { firstWorkersSetting } from "./settings";

/**
 * Checks that the engine here uses the fleet's state backend, and stores the backend the first time. With another backend, all stacks would
 * seem empty, and integrations would be created or forgotten again.
 *
 * @param directory in which the engine runs.
 * @returns the backend's address without credentials.
 * @throws FleetError if the backend differs, or the engine does not report it.
 */
export async function assertBackend(statements: Statements, directory: string): Promise<string> {
  const here = await backendHere(directory);
  const known = await firstWorkersSetting(statements, "backend", here);
  if (known === here) return here;
  throw new FleetError(
    `the fleet's states are in ${known}, but this environment uses ${here}: set PULUMI_BACKEND_URL. ` +
      `If you moved the states, run \`${ownCommand} fleet init --backend ${here.replace(/ on .*/, "")}\``,
  );
}

/** The backend that the engine reports, without credentials. */
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
  // The same path on another machine is another backend.
  return name.startsWith("file:") ? `${name} on ${hostname()}` : name;
}

/**
 * Checks that the environment names the same API as the fleet's first worker, and stores the address the first time. Another one, such as an
 * emulator, would answer that all integrations are missing, or that all tokens are revoked.
 *
 * @throws FleetError if it names another one.
 */
export async function assertApiUrl(statements: Statements): Promise<void> {
  const { configuration } = await openAccess(undefined, () => {});
  const here = canonicalApiUrl(configuration.apiUrl);
  const known = await firstWorkersSetting(statements, "api_url", here);
  if (known === here) return;
  throw new FleetError(
    `the fleet uses Pinterest's API at ${known}, but this environment has ${here}: set PINTEREST_API_URL as on the other workers. ` +
      `If the address has changed for all of them, run \`${ownCommand} fleet init --api-url ${here}\``,
  );
}

/** @throws TypeError if the address is not allowed. */
export function canonicalApiUrl(apiUrl: string, name?: string): string {
  const { origin, basePath } = parseApiUrl(apiUrl, name);
  return origin + basePath;
}
