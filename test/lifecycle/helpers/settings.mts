import type { Clock } from "../../../provider/api/index.ts";

/** The default dependencies with this clock. */
export function settingsOn(clock: Clock) {
  return {
    consistencyTimeoutMs: 5000,
    whenUnreachable: "fail",
    compareSecrets: false,
    sleep: (milliseconds: number) => clock.sleep(milliseconds),
    now: () => clock.now(),
  } as const;
}
