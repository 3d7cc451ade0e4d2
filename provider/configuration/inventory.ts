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

/** Lists all integrations of accounts, to the last page. An account that fails says so and holds up no other. */
export function takeInventory(
  clients: Clients,
  accounts: readonly (string | undefined)[],
): Promise<AccountInventory[]> {
  // Named together, a command is asked for their tokens once.
  for (const account of accounts) {
    if (account !== undefined) clients.expect(account);
  }
  return inParallel(accounts, accountsAtOnce, async (account): Promise<AccountInventory> => {
    try {
      return { account, integrations: (await listAll(clients.client(account))).items };
    } catch (error) {
      return { account, error };
    }
  });
}
