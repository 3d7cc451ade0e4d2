import { checkAccounts } from "../../../../cli/doctor/accounts";
import type { Check } from "../../../../cli/doctor/checks";
import { checkConfiguration } from "../../../../cli/doctor/configuration";
import { type ConfigurationKey, fullKey } from "../../../../provider/config";

export interface CheckedAccounts {
  readonly checks: readonly Check[];
  /** Messages that do not belong to a check. */
  readonly notes: readonly string[];
}

export interface Conditions {
  readonly account?: readonly string[];
  readonly accountsFile?: string;
  readonly isReachable?: boolean;
  readonly now?: number;
  /** The accounts of the integrations in state and in the program. */
  readonly used?: readonly (string | undefined)[];
  readonly providers?: readonly string[];
  /** Whether the stack cannot be read. */
  readonly isUnreadable?: boolean;
  /** Receives the number of accounts that are checked. */
  readonly onProgress?: (done: number) => unknown;
}

/** Checks the accounts of a stack with these values in its configuration. */
export async function checkedAccounts(
  values: { [K in ConfigurationKey]?: string },
  {
    account,
    accountsFile,
    isReachable = true,
    now = Date.now(),
    used = [],
    providers = [],
    isUnreadable = false,
    onProgress = () => {},
  }: Conditions = {},
): Promise<CheckedAccounts> {
  const entries = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [fullKey(key as ConfigurationKey), { value, secret: true }]),
  );
  const notes: string[] = [];
  const checks = await checkAccounts({
    ...(account && { account }),
    ...(accountsFile === undefined ? {} : { accountsFile }),
    known: checkConfiguration(entries, {}),
    used: { accounts: new Set(used), providers: new Set(providers) },
    isUnreadable,
    onStack: " --stack prod",
    isReachable,
    now: () => now,
    notify: (message) => notes.push(message),
    onProgress,
  });
  return { checks, notes };
}

/** A check in one line, for comparisons. */
export function summaryOf({ id, account, status, found }: Check): string {
  return `${account ?? "-"} ${id} ${status}: ${found}`;
}

/** The warnings and errors. */
export function problemsIn(checks: readonly Check[]): string[] {
  return checks.filter(({ status }) => status !== "ok").map(summaryOf);
}
