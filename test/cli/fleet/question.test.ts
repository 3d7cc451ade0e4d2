import { expect, test } from "@jest/globals";
import { questionOf } from "../../../provider/cli/fleet/question";
import type { ShardStatus } from "../../../provider/fleet/store/status";

const shard = (
  stack: string,
  counts: Pick<ShardStatus, "merchants" | "leaving" | "replaced" | "pending">,
) => ({
  stack,
  ...counts,
  worker: null,
  since: null,
  operation: null,
  state: null,
  endedAt: null,
});

const statuses: ShardStatus[] = [
  shard("shard-0001", { merchants: 100, leaving: 2, replaced: 1, pending: 5 }),
  shard("shard-0002", { merchants: 50, leaving: 0, replaced: 0, pending: 0 }),
];
const all = { shards: [], refresh: false };

test("before an update it is said how many are to be brought up, and how many connections are to end", () => {
  expect(questionOf("up", statuses, all)).toBe(
    "Bring the fleet up: write to Pinterest what the plan says (3 merchants to bring up, the connections of 3 to end)?",
  );
  expect(questionOf("up", statuses, { shards: ["shard-0002", "shard-0002"], refresh: true })).toBe(
    "Bring 1 shard up: write to Pinterest what the plan says (0 merchants to bring up, and whatever drifted)?",
  );
});

test("before all connections are ended it is said how many", () => {
  expect(questionOf("destroy", statuses, all)).toBe(
    "End all connections of the fleet at Pinterest (152 merchants)?",
  );
});
