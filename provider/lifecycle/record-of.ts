import { type PinterestClient, PinterestError } from "../api";
import type { Integration } from "../api/integration";
import { find } from "./find";

/**
 * Asks Pinterest for an integration by its number, whose answer carries tokens and e-mail where Pinterest shows them, and by
 * its external id where the number does not lead to it (made anew, or not answered for this account).
 *
 * @param integrationId the number, as far as it is known.
 */
export async function findWithSecrets(
  client: PinterestClient,
  externalBusinessId: string,
  integrationId: string | undefined,
): Promise<Integration | undefined> {
  const numbered = await recordOf(client, externalBusinessId, integrationId);
  if (numbered !== undefined) {
    return numbered;
  }
  const live = await find(client, externalBusinessId);
  const present = live?.integrationId;
  return present === integrationId ? live : ((await recordOf(client, externalBusinessId, present)) ?? live);
}

/** What Pinterest answers for a number, if that is this integration; nothing where it says no. */
export async function recordOf(
  client: PinterestClient,
  externalBusinessId: string,
  integrationId: string | undefined,
): Promise<Integration | undefined> {
  if (integrationId === undefined) {
    return undefined;
  }
  try {
    const record = await client.getIntegration(integrationId);
    return record.externalBusinessId === externalBusinessId ? record : undefined;
  } catch (error) {
    if (error instanceof PinterestError && saysNo(error)) {
      return undefined;
    }
    throw error;
  }
}

/** A refusal of this question, which another one may not meet; a rate limit would meet all. */
function saysNo(error: PinterestError): boolean {
  return (
    error.kind === "input" || (error.outcome === "refused" && !("status" in error && error.status === 429))
  );
}
