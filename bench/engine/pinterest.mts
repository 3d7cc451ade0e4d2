import { createRequire } from "node:module";
import type { Accounts } from "../results.mts";

const require = createRequire(import.meta.url);
const { startEmulator } = require("pulumi-pinterest/emulator") as typeof import("../../emulator/index.ts");

/** A local Pinterest that counts what it is asked. */
export interface Pinterest {
  readonly url: string;
  /** The token of the first account. */
  readonly token: string;
  /** Tokens by account name; empty where there is one account. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Requests by operation since the last time this was called; operations without any are left out. */
  takeRequests(): Record<string, number>;
  /** Puts an integration in place, as if it had been created. */
  put(
    externalBusinessId: string,
    fields: Record<string, string>,
    account: string | undefined,
  ): Record<string, unknown>;
  stop(): Promise<void>;
}

/** What account an integration has, by its number. */
export function accountOf(accounts: Accounts, number: number): string | undefined {
  return accounts === "each" ? `shop-${number}` : undefined;
}

/**
 * Limits that nobody reaches. Without any, answers would not tell of them, and the product would keep to those that Pinterest
 * publishes.
 */
const rateLimits = {
  safety_net: [{ limit: 1_000_000, window: 1 }],
  ads_read: [{ limit: 1_000_000, window: 60 }],
  ads_write: [{ limit: 1_000_000, window: 60 }],
};

/**
 * Starts the emulator with limits that nobody reaches.
 * @param latencyMs how long each answer takes, beside the work for it
 */
export async function startPinterest(
  count: number,
  accounts: Accounts,
  latencyMs: number,
): Promise<Pinterest> {
  const emulator = await startEmulator({
    accounts: accounts === "each" ? count : 1,
    logLimit: 0,
    switches: { rateLimits },
  });
  if (latencyMs > 0) emulator.armFault({ kind: "slow", ms: latencyMs, times: "all" });
  return {
    url: emulator.url,
    token: emulator.token(),
    tokens:
      accounts === "each"
        ? Object.fromEntries(emulator.accounts().map(({ name }) => [name, emulator.token(name)]))
        : {},
    takeRequests() {
      const { operations } = emulator.counters();
      emulator.clearRequests();
      return Object.fromEntries(Object.entries(operations).filter(([, number]) => number > 0));
    },
    put: (id, fields, account) => ({ ...emulator.put(id, fields, { account }) }),
    stop: () => emulator.stop(),
  };
}
