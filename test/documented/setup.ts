import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareSharedPostgres } from "../postgres";
import { documented } from "./documented";

/** Jest's global setup of the unit tests: creates the directory of the records, with the documented behaviors for the reporter. */
export default function setUpRecords(): void {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-traffic-"));
  mkdirSync(join(directory, "observed"));
  writeFileSync(join(directory, "documented.json"), JSON.stringify(documented));
  process.env.TEST_TRAFFIC = directory;
  prepareSharedPostgres();
}
