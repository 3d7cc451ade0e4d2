import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { type Emulator, startEmulator } from "../../../emulator";
import { type Run, type RunOptions, startRun } from "./run";

export interface EmulatedRun {
  readonly emulator: Emulator;
  /** Start another run. */
  start(options?: Pick<RunOptions, "preview">): Promise<Run>;
}

/**
 * Start the emulator for the tests of a file, and a run before each test, with the emulator's address and the token of account `shop-1`.
 *
 * @param configuration further keys of the configuration, without the namespace.
 */
export function emulatedRun(
  configuration: (emulator: Emulator) => Record<string, string> = () => ({}),
): EmulatedRun {
  let emulator: Emulator;
  const start: EmulatedRun["start"] = (options = {}) => {
    const keys = { apiUrl: emulator.url, accessToken: emulator.token("shop-1"), ...configuration(emulator) };
    const config = Object.entries(keys).map(([key, value]) => [`pinterest:${key}`, value]);
    return startRun({ ...options, config: Object.fromEntries(config) });
  };
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  beforeEach(async () => {
    emulator.reset();
    await start();
  });
  afterAll(() => emulator.stop());
  return {
    get emulator() {
      return emulator;
    },
    start,
  };
}
