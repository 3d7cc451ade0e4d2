import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import type { Figures } from "../results.mts";
import { addedPackages } from "./added-packages.mts";

const repository = resolve(import.meta.dirname, "../..");

/** How large the package is that npm makes, and what it brings with it. Needs the build. */
export function packageFigures(): Pick<
  Figures,
  "packageBytes" | "unpackedBytes" | "installedPackages" | "installedBytes"
> {
  // The scripts would build anew; what is measured is what stands there.
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: repository,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [packed] = Object.values(JSON.parse(output)) as { size: number; unpackedSize: number }[];
  if (packed === undefined) throw new Error("npm pack said nothing of the package");
  const added = addedPackages(repository);
  return {
    packageBytes: packed.size,
    unpackedBytes: packed.unpackedSize,
    installedPackages: added.length,
    installedBytes: added.reduce((sum, { bytes }) => sum + bytes, packed.unpackedSize),
  };
}
