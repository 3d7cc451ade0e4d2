import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";

/** A package as it is installed. */
export interface InstalledPackage {
  /** Where it really is, links followed. */
  readonly directory: string;
  readonly version: string;
}

/** The copy of a package that a file would load; undefined where there is none, or one without a readable package.json. */
export function packageAt(name: string, from: string): InstalledPackage | undefined {
  try {
    const require = createRequire(from);
    const manifest = realpathSync(require.resolve(`${name}/package.json`));
    return { directory: dirname(manifest), version: require(manifest).version };
  } catch {
    return undefined;
  }
}
