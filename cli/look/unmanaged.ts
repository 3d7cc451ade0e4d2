import type { InventoryObservation, KnownIntegration } from "../../provider/runtime/observation/file";
import type { Steps } from "./engine-steps";
import { withoutRefreshAdvice } from "./failure";
import type { MerchantReport, UnlistedAccount, UnmanagedIntegration } from "./report";
import { textOf } from "./values";

/** What a stack's program and state manage, and what its accounts hold. */
export interface StackHoldings {
  readonly integrations: Iterable<Steps>;
  readonly inventory: readonly InventoryObservation[];
}

/**
 * What the accounts of each stack hold and no stack manages. An integration that several accounts or stacks come to, as they do
 * where they share a token, is told of once.
 */
export function unmanagedOf(stacks: readonly StackHoldings[]): UnmanagedIntegration[][] {
  const reported = new Set<string>();
  for (const { integrations } of stacks) {
    for (const steps of integrations) for (const key of managedKeys(steps)) reported.add(key);
  }
  return stacks.map(({ inventory }) =>
    [...inventory].sort(byAccount).flatMap(({ account, providerName, integrations }) =>
      integrations.flatMap((found): UnmanagedIntegration[] => {
        const keys = keysOf(found, account, providerName);
        if (keys.some((key) => reported.has(key))) return [];
        for (const key of keys) reported.add(key);
        return [
          {
            ...found,
            ...(account === undefined ? {} : { account }),
            ...(providerName === undefined ? {} : { provider: providerName }),
          },
        ];
      }),
    ),
  );
}

/** Why accounts could not be listed; but for those of which a merchant of the report says that they are out of reach. */
export function inventoryErrors(
  inventory: readonly InventoryObservation[],
  merchants: readonly MerchantReport[],
): string[] {
  const outOfReach = merchants.filter(({ status }) => status === "revoked" || status === "unreachable");
  const reported = new Set(outOfReach.map(({ account, provider }) => JSON.stringify([account, provider])));
  return inventory.flatMap(({ error, account, providerName }) =>
    error === undefined || reported.has(JSON.stringify([account, providerName]))
      ? []
      : [withoutRefreshAdvice(error)],
  );
}

/** The accounts that could not be listed, each once: what else they hold is not known. */
export function unlistedOf(inventory: readonly InventoryObservation[]): UnlistedAccount[] {
  const failed = new Map<string, UnlistedAccount>();
  for (const { error, account, providerName } of [...inventory].sort(byAccount)) {
    if (error === undefined) continue;
    failed.set(JSON.stringify([account, providerName]), {
      ...(account === undefined ? {} : { account }),
      ...(providerName === undefined ? {} : { provider: providerName }),
      reason: withoutRefreshAdvice(error),
    });
  }
  return [...failed.values()];
}

/** By number where it is known: two names of an account lead to the same integration. */
function keysOf(
  found: KnownIntegration,
  account: string | undefined,
  provider: string | undefined,
): string[] {
  const { integrationId, externalBusinessId } = found;
  return [
    ...(integrationId === undefined ? [] : [integrationId]),
    ...(externalBusinessId === undefined ? [] : [place(externalBusinessId, account, provider)]),
  ];
}

function managedKeys({ refreshed, planned }: Steps): string[] {
  const bags = [refreshed?.state, refreshed?.live, planned?.wanted].flatMap((bag) => bag ?? []);
  return bags.flatMap(({ id, inputs, outputs }) => {
    const number = textOf(outputs.integrationId);
    // What is still to be created may be there already.
    const external = id || textOf(inputs.externalBusinessId);
    const [account, provider] = [textOf(inputs.account), textOf(inputs.providerName)];
    return [
      ...(number === undefined ? [] : [number]),
      ...(external === undefined ? [] : [place(external, account, provider)]),
    ];
  });
}

function place(external: string, account: string | undefined, provider: string | undefined): string {
  return JSON.stringify([external, account ?? null, provider ?? null]);
}

/** Those of the default provider first, so that what explicit ones share with it is told of under it. */
function byAccount(left: InventoryObservation, right: InventoryObservation): number {
  const key = ({ providerName = "", account = "" }: InventoryObservation) => `${providerName}\n${account}`;
  return key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0;
}
