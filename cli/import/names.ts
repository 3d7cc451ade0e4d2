import { createHash } from "node:crypto";

/** The parts of a resource name. */
export interface Nameable {
  readonly account: string | undefined;
  readonly externalBusinessId: string;
}

/** Longer names are cut, and end with a hash. */
const maxLength = 64;
const hashLength = 8;

/**
 * A readable name for each integration. Names are unique regardless of case, and do not depend on the order.
 *
 * @param integrations must differ in account or ID.
 * @param taken names that must not be used.
 */
export function resourceNames(integrations: readonly Nameable[], taken: Iterable<string> = []): string[] {
  const perAccount = Map.groupBy(integrations, ({ account }) => account);
  const candidates = integrations.map((integration) =>
    candidatesFor(integration, perAccount.get(integration.account)?.length === 1),
  );
  const reserved = new Set([...taken].map(folded));
  const choices = candidates.map(() => 0);
  for (;;) {
    const names = candidates.map((list, index) => list[choices[index] ?? 0] ?? "");
    const sharers = Map.groupBy(names.keys(), (index) => folded(names[index] ?? ""));
    const clashing = [...sharers]
      .filter(([name, indexes]) => indexes.length > 1 || reserved.has(name))
      .flatMap(([, indexes]) => indexes)
      .filter((index) => (choices[index] ?? 0) < (candidates[index]?.length ?? 0) - 1);
    if (clashing.length === 0) return names;
    // All of them get their next candidate, because names must not depend on the order.
    for (const index of clashing) choices[index] = (choices[index] ?? 0) + 1;
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
  const hashed = (name: string) => `${cut(name, maxLength - hashLength - 1)}-${hash}`;
  // The default account keeps its name, and the names of other accounts change.
  const withAccount = accountName === "" ? base : `${base}-${accountName}`;
  const readableNames = [base, withAccount].map((name) => (name.length <= maxLength ? name : hashed(name)));
  return [...readableNames, hashed(base), digest];
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

function cut(name: string, length: number): string {
  // Do not split a surrogate pair, or a letter from its marks.
  return name.slice(0, length).replace(/[\ud800-\udbff]$|[\p{M}._-]+$/u, "");
}

/** Names that differ only in case are hard to distinguish, so they count as the same. */
function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
