import type { PinterestClient } from "../api";
import { lookups } from "../runtime/lookups";
import { importId } from "./import-id";
import { type Properties, withoutNulls } from "./property-values";

/** A resource that could be imported. */
export interface Listed {
  /** The id by which it is imported. */
  readonly id: string;
  readonly name: string;
}

/**
 * Lists an account's integrations, filtered as getIntegrations filters them.
 *
 * @param limit at most so many; 0 is no limit.
 * @throws Error on a bad filter, and with what Pinterest refuses.
 */
export async function listIntegrations(
  { values }: Properties,
  limit: number,
  client: (account: string | undefined) => PinterestClient,
): Promise<Listed[]> {
  const { getIntegrations } = lookups;
  const args = { ...withoutNulls(values), ...(limit > 0 ? { maxItems: limit } : {}) } as { account?: string };
  getIntegrations.check(args);
  const { account } = args;
  const { integrations } = await getIntegrations.call(client(account), args);
  return integrations.flatMap(({ externalBusinessId }) =>
    externalBusinessId === undefined
      ? []
      : [
          {
            id: importId({ externalBusinessId, ...(account === undefined ? {} : { account }) }),
            name: externalBusinessId,
          },
        ],
  );
}
