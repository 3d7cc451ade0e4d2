import type { RunShardState } from "../../fleet/store/runs";

/** What is said of a shard of a run. */
export const stateWords: Readonly<Record<RunShardState, string>> = {
  queued: "waits for a worker",
  running: "is in progress",
  done: "is done",
  failed: "failed",
  cancelled: "was canceled before it was done",
};
