import { rmSync } from "node:fs";

/** Jest's global teardown of the unit tests: deletes the records. */
export default function deleteRecords(): void {
  if (process.env.TEST_TRAFFIC !== undefined) {
    rmSync(process.env.TEST_TRAFFIC, { recursive: true, force: true });
  }
}
