import type { IntegrationLog } from "./log-schema";

/** The logs that programs reported and that were taken, by account, in the order in which they came. */
export class LogStore {
  #entries: { account: string; log: IntegrationLog }[] = [];

  add(account: string, logs: readonly IntegrationLog[]): void {
    for (const log of logs) this.#entries.push({ account, log });
  }

  /** Those of one account, or all. */
  all(account?: string): IntegrationLog[] {
    return this.#entries
      .filter((entry) => account === undefined || entry.account === account)
      .map(({ log }) => log);
  }

  clear(): void {
    this.#entries = [];
  }
}
