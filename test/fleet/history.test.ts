import { randomUUID } from "node:crypto";
import { expect } from "@jest/globals";
import type { MerchantStatus, Operation } from "../../fleet/outcome";
import { changesBefore, checksBefore } from "../../fleet/store/results";
import { addRun, type ShardState } from "../../fleet/store/runs";
import { schema } from "../../fleet/store/schema";
import { test } from "../with-postgres";
import { merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

const drifted = (pinterest: string) => ({ name: "connectedTagId", secret: false, program: "1", pinterest });

/** Opens a fleet. The returned function stores a run on a day of November, with the status of each merchant. */
async function open() {
  const { statements } = await server.open();
  await (await TestFleet.create(await server.open(), 10)).plan(merchants("a", "b"));
  const store = async (
    day: number,
    operation: Operation,
    results: Record<string, MerchantStatus>,
    {
      pending = [],
      state = "done",
      tag = "7",
    }: { pending?: string[]; state?: ShardState; tag?: string } = {},
  ) => {
    const id = randomUUID();
    const at = `2026-11-${day}T08:00:00Z`;
    await addRun(statements, id, operation, [1]);
    await statements.query(`update ${schema}.run_shard set state = $2 where run_id = $1`, [id, state]);
    await statements.query(`update ${schema}.run set requested_at = $2 where id = $1`, [id, at]);
    for (const [merchant, status] of Object.entries(results)) {
      const properties = status === "drifted" ? [drifted(tag)] : [];
      await statements.query(
        `insert into ${schema}.result (run_id, merchant, shard_id, status, properties, report, known_at) values ($1, $2, 1, $3, $4, $5, $6)`,
        [id, merchant, status, properties.map(({ name }) => name), { pending, properties }, at],
      );
    }
    return id;
  };
  return { statements, store };
}

test("counts the merchants of the last drift checks before a run by state", async () => {
  const { statements, store } = await open();
  await store(10, "drift", { a: "missing", b: "missing" });
  const pending = ["connectedTagId"];
  await store(11, "drift", { a: "in-sync", b: "drifted", c: "pending" }, { pending });
  await store(12, "drift --from-state", { a: "drifted", b: "in-sync" });
  await store(13, "up", { a: "updated", b: "unchanged" });
  await store(13, "drift", { a: "missing" }, { state: "running" });
  const run = await store(14, "drift", { a: "in-sync", b: "in-sync" });
  await store(15, "drift", { a: "revoked", b: "revoked" });

  expect(await checksBefore(statements, run, 2)).toEqual([
    { at: new Date("2026-11-12T08:00:00Z"), counts: { drifted: 1, "in-sync": 1 } },
    { at: new Date("2026-11-11T08:00:00Z"), counts: { drifted: 1, pending: 3 } },
  ]);
});

test("lists when the drift checks before a run found another state or value of a merchant", async () => {
  const { statements, store } = await open();
  await store(10, "drift", { a: "in-sync", b: "in-sync" });
  await store(11, "drift", { a: "drifted", b: "in-sync" });
  await store(12, "up", { a: "unchanged", b: "unchanged" });
  await store(13, "drift", { a: "drifted", b: "missing" });
  await store(14, "drift", { a: "drifted", b: "missing" }, { tag: "9" });
  const run = await store(15, "drift", { a: "missing", b: "missing" });

  expect(await changesBefore(statements, run, ["a"])).toEqual([
    {
      merchant: "a",
      at: new Date("2026-11-14T08:00:00Z"),
      status: "drifted",
      properties: [drifted("9")],
    },
    {
      merchant: "a",
      at: new Date("2026-11-11T08:00:00Z"),
      status: "drifted",
      properties: [drifted("7")],
    },
    { merchant: "a", at: new Date("2026-11-10T08:00:00Z"), status: "in-sync", properties: [] },
  ]);
});
