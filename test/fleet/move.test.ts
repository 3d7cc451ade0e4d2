import { expect } from "@jest/globals";
import { move } from "../../fleet/manual/move";
import { test } from "../with-postgres";
import { merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

test("refuses a move to the merchant's own shard, to a missing shard and of a missing merchant", async () => {
  const database = await server.open();
  const fleet = await TestFleet.make(database, 2);
  await fleet.plan(merchants("a", "b"));
  const before = await fleet.shards();
  const { signal } = new AbortController();
  const options = { name: "test", project: "fleet", directory: ".", signal, notify: () => {} };
  const moved = (name: string, to: string) => move(database, { ...options, merchants: [name], to });
  await expect(moved("a", "shard-0001")).rejects.toThrow(
    "nothing was moved, because these merchants are already in shard-0001: 'a'",
  );
  await expect(moved("a", "shard-9")).rejects.toThrow("the fleet has no shard 'shard-9'");
  await expect(moved("nobody", "new")).rejects.toThrow("no merchant 'nobody'");
  expect(await fleet.shards()).toEqual(before);
});
