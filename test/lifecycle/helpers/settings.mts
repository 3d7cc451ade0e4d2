import type { Clock } from "../../../provider/api/index.ts";

/** What a program sets that sets nothing, for a lifecycle whose time is this clock's. */
export function settingsOn(clock: Clock) {
  return {
    importCommand: () => "",
    consistencyTimeoutMs: 5000,
    whenUnreachable: "fail",
    compareSecrets: false,
    sleep: (milliseconds: number) => clock.sleep(milliseconds),
    now: () => clock.now(),
  } as const;
}
