import { rmSync } from "node:fs";

/** Removes the engine's home directory, which the global setup created. */
export default function removeEngineHome(): void {
  if (process.env.TEST_PULUMI_HOME !== undefined) {
    rmSync(process.env.TEST_PULUMI_HOME, { recursive: true, force: true });
  }
}
