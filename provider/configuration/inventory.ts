import { inParallel } from "../pinterest/in-parallel";
import type { Integration } from "../pinterest/integration";
import { listAll } from "../pinterest/pages";
import type { Clients } from "./clients";

/** What an account holds, or why that is not known. */
export type AccountInventory = { readonly account: string | undefined } & (
  | { readonly integrations: readonly Integration[]; readonly error?: undefined }
  | { readonly integrations?: undefined; readonly error: unknown }
);

/** How many accounts are asked at the same time. */
const accountsAtOnce = 8;

/** What was listed so far. */
export interface InventoryProgress {
  /** Accounts that were listed or failed. */
  readonly accounts: number;
  readonly integrations: number;
}

/**
 * Lists all integrations of accounts. An account that fails does not stop the others.
 *
 * @param onProgress is called after every page and every account.
 */
export function takeInventory(
  clients: Clients,
  accounts: readonly (string | undefined)[],
  onProgress: (progress: InventoryProgress) => void = () => {},
): Promise<AccountInventory[]> {
  const progress = { accounts: 0, integrations: 0 };
  const add = (more: Partial<InventoryProgress>) => {
    progress.accounts += more.accounts ?? 0;
    progress.integrations += more.integrations ?? 0;
    onProgress(progress);
  };
  // Named together, a command is asked for their tokens once.
  for (const account of accounts) {
    if (account !== undefined) clients.expect(account);
  }
  return inParallel(accounts, accountsAtOnce, async (account): Promise<AccountInventory> => {
    try {
      const onPage = (integrations: number) => add({ integrations });
      return { account, integrations: (await listAll(clients.client(account), { onPage })).items };
    } catch (error) {
      return { account, error };
    } finally {
      add({ accounts: 1 });
    }
  });
}
