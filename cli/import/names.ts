import { createHash } from "node:crypto";

/** The parts of a resource name. */
export interface Nameable {
  readonly account: string | undefined;
  readonly externalBusinessId: string;
}

/** Longer IDs are cut, and end with a hash. */
const longestName = 64;
const hashLength = 8;

/**
 * A readable name for each integration. Names are unique regardless of case, and do not depend on the order.
 *
 * @param integrations must differ in account or ID.
 * @param taken names that must not be used.
 */
export function resourceNames(integrations: readonly Nameable[], taken: Iterable<string> = []): string[] {
  const perAccount = countBy(integrations, ({ account }) => account);
  const candidates = integrations.map((integration) =>
    candidatesFor(integration, perAccount.get(integration.account) === 1),
  );
  return pickApart(candidates, new Set([...taken].map(folded)));
}

/**
 * Takes the first candidate of each integration, and moves all that clash to their next candidate, until none clash. The first of them moves
 * too, because names must not depend on the order.
 */
function pickApart(candidates: readonly string[][], reserved: ReadonlySet<string>): string[] {
  const level = candidates.map(() => 0);
  for (;;) {
    const names = candidates.map((list, index) => list[level[index] ?? 0] ?? "");
    const uses = countBy(names, folded);
    const clashing = names.flatMap((name, index) => {
      const isLast = (level[index] ?? 0) + 1 >= (candidates[index]?.length ?? 0);
      return !isLast && (reserved.has(folded(name)) || (uses.get(folded(name)) ?? 0) > 1) ? [index] : [];
    });
    if (clashing.length === 0) {
      return names;
    }
    for (const index of clashing) {
      level[index] = (level[index] ?? 0) + 1;
    }
  }
}

/** Candidates from the most readable one to a unique one. */
function candidatesFor({ account, externalBusinessId }: Nameable, isAlone: boolean): string[] {
  const digest = createHash("sha256")
    .update(JSON.stringify([account ?? null, externalBusinessId]))
    .digest("hex");
  const hash = digest.slice(0, hashLength);
  const accountName = account === undefined ? "" : readable(account);
  const base = readable(externalBusinessId) || (isAlone && accountName) || `integration-${hash}`;
  return [
    shortened(base, hash),
    // The default account keeps its name, and the names of other accounts change.
    shortened(accountName === "" ? base : `${base}-${accountName}`, hash),
    `${cut(base, longestName - hashLength - 1)}-${hash}`,
    digest,
  ];
}

/** The letters and digits of a text in any script, with hyphens for other characters; empty if there are none. */
function readable(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Me}]+/gu, "")
    .replace(/(?<=^|[A-Za-z]|[^\p{L}\p{M}])\p{M}+/gu, "")
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "-")
    .replace(/^[^\p{L}\p{N}]+|[._-]+$/gu, "");
}

function shortened(name: string, hash: string): string {
  return name.length <= longestName ? name : `${cut(name, longestName - hashLength - 1)}-${hash}`;
}

function cut(name: string, length: number): string {
  // Do not split a surrogate pair, or a letter from its marks.
  return name.slice(0, length).replace(/[\ud800-\udbff]$|[\p{M}._-]+$/u, "");
}

/** Names that differ only in case are hard to distinguish, so they count as the same. */
function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function countBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of items) {
    counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  }
  return counts;
}
