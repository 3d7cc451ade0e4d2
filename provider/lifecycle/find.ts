import { isNotFound, type PinterestClient } from "../api";
import type { Integration } from "../api/integration";

/** Asks Pinterest for an integration; one that is not there is no error. */
export async function find(
  client: PinterestClient,
  externalBusinessId: string,
): Promise<Integration | undefined> {
  try {
    return await client.getCommerceIntegration(externalBusinessId);
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}
