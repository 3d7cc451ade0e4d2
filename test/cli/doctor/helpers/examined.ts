import { checkAccounts } from "../../../../cli/doctor/accounts";
import type { Check } from "../../../../cli/doctor/check";
import { checkConfiguration } from "../../../../cli/doctor/configuration";
import { type ConfigurationKey, fullKey } from "../../../../provider/config";

export interface Examined {
  readonly checks: readonly Check[];
  /** What was said beside the checks. */
  readonly notes: readonly string[];
}

export interface Circumstances {
  readonly account?: readonly string[];
  readonly reached?: boolean;
  readonly now?: number;
  /** The accounts that the stack's integrations belong to. */
  readonly used?: readonly (string | undefined)[];
  readonly providers?: readonly string[];
  /** Whether the stack cannot be read. */
  readonly unread?: boolean;
}

/** The checks of the accounts of a stack with this configuration. */
export async function examined(
  values: { [K in ConfigurationKey]?: string },
  {
    account = [],
    reached = true,
    now = Date.now(),
    used = [],
    providers = [],
    unread = false,
  }: Circumstances = {},
): Promise<Examined> {
  const entries = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [fullKey(key as ConfigurationKey), { value, secret: true }]),
  );
  const notes: string[] = [];
  const checks = await checkAccounts({
    account: [...account],
    known: checkConfiguration(entries, {}),
    stack: { accounts: new Set(used), providers: new Set(providers), unread },
    onStack: " --stack prod",
    reached,
    now: () => now,
    notify: (message) => notes.push(message),
    onProgress: () => {},
  });
  return { checks, notes };
}

/** A check in one line, for comparing. */
export function summaryOf({ id, account, status, found }: Check): string {
  return `${account ?? "-"} ${id} ${status}: ${found}`;
}

/** What is not as it should be. */
export function troubles(checks: readonly Check[]): string[] {
  return checks.filter(({ status }) => status !== "ok").map(summaryOf);
}
