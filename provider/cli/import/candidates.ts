import type { AccountInventory } from "../../configuration";
import { problemWithId } from "../../lifecycle/validate";
import { accountInWords } from "../../pinterest/credentials/notices";
import { listKey } from "../../pinterest/pages";
import { counted } from "../text/counted";
import { listed } from "../text/listed";
import type { FoundIntegration } from "./plan";
import { shownId } from "./words";

/** What could be imported of what accounts list. */
export interface Candidates {
  /** In the order of accounts and their lists, each integration once. */
  readonly found: readonly FoundIntegration[];
  /** What was left out and why, in sentences. */
  readonly notes: readonly string[];
  /** Why an id that is listed is no candidate, by external business id, as the end of a sentence that begins with it. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Takes of the accounts' lists what a program can declare, each integration once, whichever accounts' tokens show it. */
export function candidatesOf(accounts: readonly AccountInventory[]): Candidates {
  const found = new Map<string, FoundIntegration>();
  const problems = new Map<string, string>();
  const shared = new Map<string, number>();
  const owned = new Map<string, string>();
  let nameless = 0;
  for (const { account, integrations = [] } of accounts) {
    for (const integration of integrations) {
      const { externalBusinessId } = integration;
      const key = listKey(integration);
      const first = found.get(key);
      if (externalBusinessId === undefined) {
        nameless += 1;
      } else if (first !== undefined) {
        if (first.account !== account) count(shared, `${accountInWords(account)}\0${first.account ?? ""}`);
      } else {
        const place = JSON.stringify([account ?? null, externalBusinessId]);
        const before = owned.get(place);
        const problem = problemWithListedId(externalBusinessId);
        if (problem !== undefined) problems.set(externalBusinessId, undeclarable(account, problem));
        if (before !== undefined) {
          found.delete(before);
          problems.set(
            externalBusinessId,
            `is listed twice by ${accountInWords(account)}, with different numbers`,
          );
        } else if (problem === undefined) {
          found.set(key, { account, integration: { ...integration, externalBusinessId } });
        }
        owned.set(place, key);
      }
    }
  }
  return { found: [...found.values()], problems, notes: notesOf(nameless, shared, problems) };
}

/** An answer's half of a surrogate pair was replaced where it was parsed: another ID than Pinterest's. */
function problemWithListedId(externalBusinessId: string): string | undefined {
  return externalBusinessId.includes("\uFFFD")
    ? "contains U+FFFD, the replacement for what is not Unicode, so Pinterest would not find it"
    : problemWithId(externalBusinessId);
}

/** What follows the semicolon is advice to those who write a program, and the id is not theirs to choose. */
function undeclarable(account: string | undefined, problem: string): string {
  return (
    `is listed by ${accountInWords(account)}, and ${problem.split(";")[0]}, so no program can declare it: ` +
    "it stays at Pinterest as it is, unmanaged, unless Pinterest or its owner gives it another id"
  );
}

function notesOf(
  nameless: number,
  shared: ReadonlyMap<string, number>,
  problems: ReadonlyMap<string, string>,
): string[] {
  return [
    ...(nameless === 0
      ? []
      : [`${counted(nameless, "integration")} without an external business id left out`]),
    ...[...shared].map(([pair, times]) => {
      const [account, first = ""] = pair.split("\0");
      return `${account} lists ${counted(times, "integration")} that ${accountInWords(first || undefined)} lists too; each is taken once, with the latter`;
    }),
    ...[...problems].map(([id, problem]) => `${shownId(id)} left out: it ${problem}`),
  ];
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The accounts that failed, in a sentence; "" where none did. */
export function failedOf(accounts: readonly AccountInventory[]): string {
  const failed = accounts.filter(({ error }) => error !== undefined);
  return listed(failed.map(({ account }) => accountInWords(account)));
}
