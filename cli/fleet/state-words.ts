import type { RunShardState } from "../../fleet/store/runs";

/** The state of a shard, in a sentence. */
export const stateWords: Readonly<Record<RunShardState, string>> = {
  queued: "waits for a worker",
  running: "is in progress",
  done: "is done",
  failed: "failed",
  canceled: "was canceled before it was done",
};
