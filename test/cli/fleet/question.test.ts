import { expect, test } from "@jest/globals";
import { questionOf } from "../../../cli/fleet/run";
import type { ShardStatus } from "../../../fleet/store/results";

const shard = (
  stack: string,
  counts: Pick<ShardStatus, "merchants" | "leaving" | "replaced" | "pending">,
) => ({
  stack,
  ...counts,
  worker: null,
  since: null,
  lastWorker: null,
  operation: null,
  state: null,
  endedAt: null,
});

const statuses: ShardStatus[] = [
  shard("shard-0001", { merchants: 100, leaving: 2, replaced: 1, pending: 5 }),
  shard("shard-0002", { merchants: 50, leaving: 0, replaced: 0, pending: 0 }),
];
const all = { shard: [] };

test("asks for confirmation of an update with the numbers of merchants to deploy and of integrations to delete", () => {
  expect(questionOf("up", statuses, all)).toBe(
    "Deploy the fleet (create or update 3 merchants, delete 3 integrations)?",
  );
  expect(questionOf("up", statuses, { shard: ["shard-0002", "shard-0002"], refresh: true })).toBe(
    "Deploy 1 shard (create or update 0 merchants, fix drift)?",
  );
});

test("asks for confirmation of a destroy with the number of merchants", () => {
  expect(questionOf("destroy", statuses, all)).toBe(
    "Delete all integrations of the fleet at Pinterest (152 merchants)?",
  );
});
