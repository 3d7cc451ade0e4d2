import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageVersion } from "../api/own-package";

const beside = join(__dirname, "schema.json");
/** Where the build puts it, seen from the sources. */
const built = join(__dirname, "../../dist/provider/plugin/schema.json");

/** The package's schema, as the engine and code generators want it. */
export function packageSchema(): string {
  const schema = JSON.parse(readFileSync(existsSync(beside) ? beside : built, "utf8")) as object;
  return JSON.stringify({ ...schema, version: packageVersion() });
}
