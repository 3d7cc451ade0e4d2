import type { RunShardState } from "../../fleet/store/runs";

/** What is said of a shard of a run. */
export const stateWords: Readonly<Record<RunShardState, string>> = {
  queued: "waits for a worker",
  running: "is under way",
  done: "is done",
  failed: "failed",
  cancelled: "was cancelled before it was done",
};
