import { accountInWords } from "../../provider/api/message-text";
import { listKey } from "../../provider/api/pages";
import type { AccountInventory } from "../../provider/config";
import { problemWithId } from "../../provider/lifecycle/check";
import { counted } from "../text/counted";
import { listed } from "../text/listed";
import { shownId } from "../text/visible";
import type { FoundIntegration } from "./plan";

/** The integrations of the accounts that can be imported. */
export interface Candidates {
  /** In the order of accounts and their lists, each integration once. */
  readonly found: readonly FoundIntegration[];
  /** What was skipped and why, in sentences. */
  readonly notes: readonly string[];
  /** Why a listed external business ID cannot be imported, as the end of a sentence that begins with it. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Selects the listed integrations that a program can declare. An integration that several accounts list counts for the first one. */
export function candidatesOf(accounts: readonly AccountInventory[]): Candidates {
  const found = new Map<string, FoundIntegration>();
  const problems = new Map<string, string>();
  const shared = new Map<string, number>();
  const keysByPlace = new Map<string, string>();
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
        const earlier = keysByPlace.get(place);
        const problem = problemWithListedId(externalBusinessId);
        if (problem !== undefined) problems.set(externalBusinessId, undeclarable(account, problem));
        if (earlier !== undefined) {
          found.delete(earlier);
          problems.set(
            externalBusinessId,
            `is listed twice by ${accountInWords(account)}, with different integration IDs`,
          );
        } else if (problem === undefined) {
          found.set(key, { account, integration: { ...integration, externalBusinessId } });
        }
        keysByPlace.set(place, key);
      }
    }
  }
  return { found: [...found.values()], problems, notes: notesOf(nameless, shared, problems) };
}

/** Parsing an answer replaces half a surrogate pair, so the ID is no longer Pinterest's. */
function problemWithListedId(externalBusinessId: string): string | undefined {
  return externalBusinessId.includes("\uFFFD")
    ? "contains U+FFFD, which replaces invalid Unicode, so Pinterest would not find it"
    : problemWithId(externalBusinessId);
}

function undeclarable(account: string | undefined, problem: string): string {
  return `is listed by ${accountInWords(account)}, but ${problem}: no program can declare it, and it stays unmanaged`;
}

function notesOf(
  nameless: number,
  shared: ReadonlyMap<string, number>,
  problems: ReadonlyMap<string, string>,
): string[] {
  return [
    ...(nameless === 0
      ? []
      : [`skipped ${counted(nameless, "integration")} without an external business ID`]),
    ...[...shared].map(([pair, times]) => {
      const [account, first = ""] = pair.split("\0");
      const owner = accountInWords(first || undefined);
      return `${account} also lists ${counted(times, "integration")} of ${owner}: each is imported once, with ${owner}`;
    }),
    ...[...problems].map(([id, problem]) => `skipped ${shownId(id)}: it ${problem}`),
  ];
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The names of the accounts that could not be listed; an empty string if there are none. */
export function failedOf(accounts: readonly AccountInventory[]): string {
  const failed = accounts.filter(({ error }) => error !== undefined);
  return listed(failed.map(({ account }) => accountInWords(account)));
}
