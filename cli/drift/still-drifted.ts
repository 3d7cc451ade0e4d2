import type { MerchantReport } from "../check/report";

/**
 * The remaining drift after a failed fix. The refresh of the fix wrote Pinterest's values into state, so that a later check would report
 * the rest as pending. It is still drift.
 *
 * @param before the merchants before the fix, by URN.
 * @param options options of printed commands that select the stack.
 */
export function stillDrifted(
  now: MerchantReport,
  before: ReadonlyMap<string, MerchantReport>,
  options: string,
): MerchantReport {
  // A second fix would find no drift.
  const advice = `The fix failed. To write the remaining values, run \`pulumi up${options}\`.`;
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
