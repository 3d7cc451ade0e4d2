/** The oldest engine whose `pulumi import --file` takes inputs and outputs, without which nothing could be imported. */
export const oldestEngine = "3.254.0";

/** The oldest SDK whose dynamic provider process can read a resource by id (`CommerceIntegration.get`). */
export const oldestSdk = "3.268.0";

/** The oldest Node that undici 8 runs on. */
export const oldestNode = "22.19.0";

/** Compares versions by their first three numbers. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(/[.-]/).map(Number));
  const index = [0, 1, 2].find((at) => left?.[at] !== right?.[at]);
  return index !== undefined && (left?.[index] ?? 0) < (right?.[index] ?? 0);
}
