import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TRAFFIC_VARIABLE } from "../../emulator/traffic";
import { documented } from "../emulator/helpers/documented";
import { prepareSharedPostgres } from "../postgres";

/**
 * Jest's global set-up of the unit tests: has every emulator of the run note what it is asked for, and leaves what is
 * documented beside that, for the reporter at the end of the run.
 */
export default function setUpObservation(): void {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-traffic-"));
  const seen = join(directory, "seen");
  mkdirSync(seen);
  writeFileSync(join(directory, "documented.json"), JSON.stringify(documented));
  process.env[TRAFFIC_VARIABLE] = seen;
  process.env.TEST_TRAFFIC = directory;
  prepareSharedPostgres();
}
