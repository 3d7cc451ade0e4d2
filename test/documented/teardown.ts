import { rmSync } from "node:fs";

/** Removes what the global set-up and the emulators of the run have left. */
export default function removeObservations(): void {
  if (process.env.TEST_TRAFFIC !== undefined) {
    rmSync(process.env.TEST_TRAFFIC, { recursive: true, force: true });
  }
}
