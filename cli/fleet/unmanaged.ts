import { fleetInvocation } from "../../fleet/shard/workspace";
import { managedIntegrations } from "../../fleet/store/merchants";
import { matchApi } from "../../fleet/worker/environment";
import { accountInWords } from "../../provider/base/message-text";
import { counted, figure } from "../../provider/base/words";
import { Clients } from "../../provider/config";
import { type ExitCode, exitCodes } from "../../stack/exit-codes";
import type { UnmanagedIntegration } from "../../stack/report";
import { listAccounts, unlistedOf, unmanagedIn } from "../../stack/unmanaged";
import { unmanagedColumns } from "../drift/sections";
import { tableOf } from "../tables/table";
import { tableLines } from "../tables/table-lines";
import type { CommandIo, Terminal } from "../terminal";
import { withFleet } from "./access";

/** `pulumi-pinterest fleet unmanaged` */
export function listUnmanaged(
  { cwd: directory, json }: { readonly cwd: string; readonly json?: true },
  { terminal, environment }: CommandIo,
): Promise<ExitCode> {
  return withFleet(environment, async ({ database }) => {
    const { statements } = database;
    // Only a worker stores the address of a new fleet.
    const invocation = fleetInvocation(directory, environment);
    const configuration = await database.transaction(
      (inTransaction) => matchApi(inTransaction, invocation),
      "rollback",
    );
    const clients = new Clients(configuration, { notify: terminal.note });
    const managed = await managedIntegrations(statements);
    const accounts = [...managed.keys()].map((account) => account || undefined);
    const inventory = await listAccounts(clients, accounts, (progress) =>
      terminal.progress(`listed ${progress.accounts} of ${counted(accounts.length, "account")}`),
    );
    const unmanaged = unmanagedIn(inventory, (id, account) => managed.get(account ?? "")?.has(id) === true);
    const unlisted = unlistedOf(inventory);
    const count = unmanagedIn(inventory, () => false).length - unmanaged.length;
    const all = counted(accounts.length, "account");
    const listed = unlisted.length === 0 ? all : `${accounts.length - unlisted.length} of ${all}`;
    terminal.out(
      json
        ? JSON.stringify({ managed: count, unmanaged, unlisted })
        : unmanagedInWords(unmanaged, count, listed, terminal),
    );
    for (const { account, reason } of unlisted)
      terminal.note(`error: cannot list the integrations of ${accountInWords(account)}: ${reason}`);
    return unlisted.length === 0 ? exitCodes.ok : exitCodes.error;
  });
}

function unmanagedInWords(
  unmanaged: readonly UnmanagedIntegration[],
  managed: number,
  accounts: string,
  terminal: Terminal,
): string {
  const total = `${counted(managed + unmanaged.length, "integration")} in ${accounts}`;
  if (unmanaged.length === 0) return `${total}, none unmanaged.`;
  const table = tableOf(
    unmanagedColumns,
    unmanaged.map((integration) => ({ integration })),
  );
  return [
    ...tableLines(table, terminal),
    "",
    `${total}: ${figure(managed)} managed, ${figure(unmanaged.length)} unmanaged. ` +
      "To manage one, add it to the merchant list with its account and Pinterest's values: the next update adopts it.",
  ].join("\n");
}
