/** The oldest engine whose `pulumi import --file` takes inputs and outputs, without which nothing could be imported. */
export const oldestEngine = "3.254.0";

/** The oldest SDK whose dynamic provider process can read a resource by id (`CommerceIntegration.get`). */
export const oldestSdk = "3.268.0";

/** The oldest Node that undici 8 runs on. */
export const oldestNode = "22.19.0";

/** What to do about two copies of the SDK. A package that is linked has one of its own, of the same version even. */
export const oneCopy =
  "Let both use one version (`npm dedupe`; `npm ls @pulumi/pulumi` shows them). If pulumi-pinterest is a folder that npm linked, " +
  "install the archive that `npm pack` makes of it instead.";

/** Compares versions by their first three numbers. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(/[.-]/).map(Number));
  const index = [0, 1, 2].find((at) => left?.[at] !== right?.[at]);
  return index !== undefined && (left?.[index] ?? 0) < (right?.[index] ?? 0);
}
