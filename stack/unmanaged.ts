import { defined } from "../provider/base/bag";
import { type Clients, configuredAccounts, takeInventory } from "../provider/config";
import { type InventoryObservation, inventoryOf, type KnownIntegration } from "../provider/run/observations";
import { isUnread } from "./accepted";
import type { Access } from "./access";
import { isManaged } from "./findings";
import type { MerchantReport, StackReport, UnlistedAccount, UnmanagedIntegration } from "./report";
import type { IntegrationSteps } from "./steps";
import { textOf } from "./values";

/** The integrations that a stack's program and state manage, and those of its accounts. */
export interface StackHoldings {
  readonly integrations: Iterable<IntegrationSteps>;
  readonly inventory: readonly InventoryObservation[];
}

/**
 * Integrations of each stack's accounts that no stack manages. If several accounts or stacks list an integration, for example because they
 * share a token, it is reported once.
 */
export function unmanagedOf(stacks: readonly StackHoldings[]): UnmanagedIntegration[][] {
  const managed = stacks.flatMap(({ integrations }) => [...integrations].flatMap(managedKeys));
  const listed = stacks.map(({ inventory }) => listedIn(inventory));
  const unmanaged = new Set(eachOnce(listed.flat(), managed));
  return listed.map((ofStack) =>
    ofStack.filter((one) => unmanaged.has(one)).map(({ integration }) => integration),
  );
}

/** An integration in the list of an account. */
interface ListedIntegration {
  readonly integration: UnmanagedIntegration;
  readonly keys: readonly string[];
}

function listedIn(inventory: readonly InventoryObservation[]): ListedIntegration[] {
  return [...inventory].sort(byAccount).flatMap(({ account, providerName, integrations }) =>
    integrations.map((found) => ({
      integration: { ...found, ...defined({ account, provider: providerName }) },
      keys: keysOf(found, account, providerName),
    })),
  );
}

/** The first of the integrations that share a key, without those that have an omitted key. */
function eachOnce(
  listed: readonly ListedIntegration[],
  omittedKeys: readonly string[] = [],
): ListedIntegration[] {
  const seen = new Set(omittedKeys);
  return listed.filter(({ keys }) => {
    const isNew = !keys.some((key) => seen.has(key));
    if (isNew) for (const key of keys) seen.add(key);
    return isNew;
  });
}

/**
 * The integrations of accounts that are not managed.
 *
 * @param isManaged whether an integration with this external business ID is managed with this account. Other accounts can list it, too.
 */
export function unmanagedIn(
  inventory: readonly InventoryObservation[],
  isManaged: (externalBusinessId: string, account: string | undefined) => boolean,
): UnmanagedIntegration[] {
  const managed = inventory.flatMap(({ account, integrations }) =>
    integrations
      .filter(({ externalBusinessId: id }) => id !== undefined && isManaged(id, account))
      .flatMap((found) => keysOf(found, account, undefined)),
  );
  return eachOnce(listedIn(inventory), managed).map(({ integration }) => integration);
}

/**
 * Number of integrations at Pinterest that stacks manage, or that their programs declare. With the unmanaged ones, these are all integrations of
 * the accounts. Of accounts that could not be listed, counts those in state.
 */
export function countManaged(
  stacks: readonly (StackHoldings & { readonly report: Pick<StackReport, "merchants"> })[],
): number {
  const inventory = stacks.flatMap((stack) => stack.inventory);
  const listed = eachOnce(listedIn(inventory));
  const managedCount = listed.length - unmanagedOf(stacks).flat().length;
  const keys = new Set(listed.flatMap((one) => one.keys));
  const listedAccounts = new Set(
    inventory.flatMap(({ error, account, providerName }) =>
      error === undefined ? [JSON.stringify([account, providerName])] : [],
    ),
  );
  const unlisted = stacks.flatMap(({ integrations, report }) => {
    const inList = new Set(
      [...integrations].flatMap((steps) =>
        managedKeys(steps).some((key) => keys.has(key)) ? [steps.urn] : [],
      ),
    );
    return report.merchants.filter(
      (merchant) =>
        isManaged(merchant) &&
        !inList.has(merchant.urn) &&
        !listedAccounts.has(JSON.stringify([merchant.account, merchant.provider])),
    );
  });
  return managedCount + unlisted.length;
}

/** The errors of accounts that could not be listed, except accounts with a merchant that the report marks as revoked or unreachable. */
export function inventoryErrors(
  inventory: readonly InventoryObservation[],
  merchants: readonly MerchantReport[],
): string[] {
  const reported = new Set(
    merchants.filter(isUnread).map(({ account, provider }) => JSON.stringify([account, provider])),
  );
  return inventory.flatMap(({ error, account, providerName }) =>
    error === undefined || reported.has(JSON.stringify([account, providerName])) ? [] : [error],
  );
}

/** The accounts that could not be listed, each once. Their other integrations are unknown. */
export function unlistedOf(inventory: readonly InventoryObservation[]): UnlistedAccount[] {
  const failed = [...inventory].sort(byAccount).flatMap(({ error, account, providerName }) => {
    if (error === undefined) return [];
    const unlisted = { ...defined({ account, provider: providerName }), reason: error };
    return [[JSON.stringify([account, providerName]), unlisted] as const];
  });
  return [...new Map(failed).values()];
}

/** The keys that identify an integration. Two accounts can list the same one, so the integration ID is a key if it is known. */
function keysOf(
  { integrationId, externalBusinessId }: KnownIntegration,
  account: string | undefined,
  provider: string | undefined,
): string[] {
  const place = JSON.stringify([externalBusinessId, account ?? null, provider ?? null]);
  return [integrationId ?? [], externalBusinessId === undefined ? [] : place].flat();
}

function managedKeys({ refreshed, planned }: IntegrationSteps): string[] {
  const bags = [refreshed?.state, refreshed?.live, planned?.wanted].flatMap((bag) => bag ?? []);
  return bags.flatMap(({ id, inputs, outputs }) => {
    // An integration that would be created may exist already.
    const externalBusinessId = id || textOf(inputs.externalBusinessId);
    const known = defined({ integrationId: textOf(outputs.integrationId), externalBusinessId });
    return keysOf(known, textOf(inputs.account), textOf(inputs.providerName));
  });
}

/** The default provider first, so that integrations that explicit providers share with it are reported for it. */
function byAccount(left: InventoryObservation, right: InventoryObservation): number {
  const key = ({ providerName = "", account = "" }: InventoryObservation) => `${providerName}\n${account}`;
  return key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0;
}

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
  return listAccounts(clients, remaining);
}

/** Lists all integrations of accounts. */
export async function listAccounts(
  clients: Clients,
  accounts: readonly (string | undefined)[],
  onProgress?: Parameters<typeof takeInventory>[2],
): Promise<InventoryObservation[]> {
  return (await takeInventory(clients, accounts, onProgress)).map(inventoryOf);
}
