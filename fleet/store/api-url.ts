import { openAccess } from "../../cli/stack/access";
import { parseApiUrl } from "../../provider/api/address";
import { ownCommand } from "../../provider/api/own-package";
import { FleetError } from "../fleet-error";
import type { Statements } from "./database";
import { schema } from "./migrations";

/**
 * Checks that the environment names the same API as the fleet's first worker, and stores the address the first time. Another one, such as an
 * emulator, would answer that all integrations are missing, or that all tokens are revoked.
 *
 * @throws FleetError if it names another one.
 */
export async function assertApiUrl(statements: Statements): Promise<void> {
  const { configuration } = await openAccess(undefined, () => {});
  const here = canonicalApiUrl(configuration.apiUrl);
  const { rows } = await statements.query<{ apiUrl: string }>(
    `update ${schema}.settings set api_url = coalesce(api_url, $1) returning api_url as "apiUrl"`,
    [here],
  );
  const known = rows[0]?.apiUrl;
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
