import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageVersion } from "../pinterest/version";

/** The package's schema, as the engine and code generators want it. */
export function packageSchema(): string {
  const schema = JSON.parse(readFileSync(join(__dirname, "schema.json"), "utf8")) as object;
  return JSON.stringify({ ...schema, version: packageVersion() });
}
