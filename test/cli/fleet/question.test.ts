import { expect, test } from "@jest/globals";
import { questionOf } from "../../../provider/cli/fleet/question";
import type { ShardStatus } from "../../../provider/fleet/store/status";

const shard = (stack: string, merchants: number, leaving: number, pending: number): ShardStatus => ({
  stack,
  merchants,
  leaving,
  pending,
  worker: null,
  since: null,
  operation: null,
  state: null,
  endedAt: null,
});

const statuses = [shard("shard-0001", 100, 2, 5), shard("shard-0002", 50, 0, 0)];

test("before an update it is said how many are to be brought up, and how many connections are to end", () => {
  expect(questionOf("up", statuses, [])).toBe(
    "Bring the fleet up: write to Pinterest what the plan says (3 merchants to bring up, and the connections of 2 to end)?",
  );
  expect(questionOf("up", statuses, ["shard-0002"])).toBe(
    "Bring 1 shard up: write to Pinterest what the plan says (0 merchants to bring up)?",
  );
});

test("before all connections are ended it is said how many", () => {
  expect(questionOf("destroy", statuses, [])).toBe(
    "End all connections of the fleet at Pinterest (152 merchants)?",
  );
});
