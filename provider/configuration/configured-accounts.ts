import type { Configuration } from "./configuration";

/** The accounts that a configuration has credentials of by itself; undefined stands for the default account. */
export function configuredAccounts({
  accessToken,
  refresh,
  accounts,
}: Pick<Configuration, "accessToken" | "refresh" | "accounts">): (string | undefined)[] {
  const hasDefault = accessToken !== undefined || refresh !== undefined;
  return [...(hasDefault ? [undefined] : []), ...accounts.keys()];
}
