import type { IntegrationLog } from "./log-schema";

/** The accepted log entries by account, in the order of their arrival. */
export class LogStore {
  #entries: { account: string; log: IntegrationLog }[] = [];

  add(account: string, logs: readonly IntegrationLog[]): void {
    for (const log of logs) this.#entries.push({ account, log });
  }

  /** The entries of one account, or of all. */
  all(account?: string): IntegrationLog[] {
    return this.#entries
      .filter((entry) => account === undefined || entry.account === account)
      .map(({ log }) => log);
  }

  clear(): void {
    this.#entries = [];
  }
}
