import { withCurrentConfiguration } from "../../provider/api/engine-command";
import { configuredAccounts } from "../../provider/config/account-source";
import { takeInventory } from "../../provider/config/clients";
import { messageOf, summaryOf } from "../../provider/lifecycle/messages";
import { type InventoryObservation, knownIntegration } from "../../provider/runtime/observations";
import { ExplainedError } from "../explained-error";
import type { Access } from "../stacks/access";

/**
 * Lists the configured accounts that no provider process has listed: of a stack without integrations, or whose program failed before the
 * first one.
 */
export async function listRemaining(
  { configuration, clients }: Access,
  listed: readonly InventoryObservation[],
): Promise<InventoryObservation[]> {
  const known = new Set(
    listed.filter(({ providerName }) => providerName === undefined).map(({ account }) => account),
  );
  const remaining = configuredAccounts(configuration).filter((name) => !known.has(name));
  const listings = await withCurrentConfiguration(() => takeInventory(clients, remaining));
  return listings.map(({ account, integrations = [], error }) => ({
    ...(account === undefined ? {} : { account }),
    integrations: integrations.map(knownIntegration),
    ...(error === undefined ? {} : { error: messageOf(error) }),
  }));
}

/** Failures of the stack as a whole, for the report. */
export function explain(error: unknown): string {
  return error instanceof ExplainedError ? error.message : summaryOf(error);
}
