import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "..");

/** What a measurement depends on, beside the versions that results name: the product, what it is compared with, and how. */
export const measured = [
  "provider",
  "emulator",
  "pulumi-resource-pinterest",
  "package.json",
  "package-lock.json",
  "tsconfig.build.json",
  "scripts/build.mjs",
  "scripts/build-schema.mjs",
  "scripts/schema",
  "scripts/engine",
  "bench/engine",
  "bench/figures",
  "bench/peers",
  "bench/results.mts",
  "bench/statistics.mts",
];

/** Tells one state of the measured code from another, whatever else changed: twelve hexadecimal digits. */
export function codeFingerprint(root: string = repository, paths: readonly string[] = measured): string {
  const hash = createHash("sha256");
  for (const file of paths.flatMap((path) => filesIn(root, path))) {
    // Lengths, so that the end of one file is not the beginning of the next.
    const content = readFileSync(join(root, file));
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, 12);
}

/** With "/" between folders everywhere, in the order of their names. */
function filesIn(root: string, path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesIn(root, `${path}/${name}`));
}
