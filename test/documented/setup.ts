import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareSharedPostgres } from "../postgres";
import { documented } from "./documented";

/** Jest's global set-up of the unit tests: creates the directory of the records, with the list for the reporter. */
export default function setUpRecords(): void {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-traffic-"));
  mkdirSync(join(directory, "seen"));
  writeFileSync(join(directory, "documented.json"), JSON.stringify(documented));
  process.env.TEST_TRAFFIC = directory;
  prepareSharedPostgres();
}
