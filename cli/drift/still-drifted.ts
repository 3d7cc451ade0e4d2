import type { MerchantReport } from "../look/report";

/**
 * What is left of drift after a fix that failed. Its refresh has put Pinterest's values into state, by which a later look takes
 * what is left for pending; it is drift that was found before.
 *
 * @param before the merchant, by URN, as it was found before the fix.
 * @param options those by which commands find the stack.
 */
export function stillDrifted(
  now: MerchantReport,
  before: ReadonlyMap<string, MerchantReport>,
  options: string,
): MerchantReport {
  // A second fix would find nothing that drifted.
  const advice = `Fixing drift has failed here: \`pulumi up${options}\` writes what it left undone.`;
  const then = before.get(now.urn);
  if (then === undefined || now.status !== "in-sync") return now;
  if (then.status === "missing" && now.pending.includes("create")) {
    return { ...then, pending: [], advice };
  }
  const properties = then.properties.filter(({ name }) => now.pending.includes(name));
  if (then.status !== "drifted" || properties.length === 0) return now;
  const left = new Set(properties.map(({ name }) => name));
  return {
    ...now,
    status: "drifted",
    ...(then.since === undefined ? {} : { since: then.since }),
    properties,
    advice,
    pending: now.pending.filter((name) => !left.has(name)),
  };
}
