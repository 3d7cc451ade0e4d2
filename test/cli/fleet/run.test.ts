import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { exitCodes } from "../../../stack/exit-codes";
import { merchants, TestDatabase, TestFleet } from "../../fleet/helpers/fleet";
import { temporaryDirectory } from "../../temporary-directory";
import { test } from "../../with-postgres";
import { createQueueOf, fleetCommand } from "./helpers";

const server = new TestDatabase();

const run = (...args: string[]) => fleetCommand(server, ...args);

/** A fleet with its queue, and with the merchants a and b in one shard each. No worker processes its shards. */
async function openFleet(): Promise<TestFleet> {
  const fleet = await TestFleet.create(await server.open(), 1);
  await fleet.plan(merchants("a", "b"));
  await createQueueOf(server);
  return fleet;
}

test("init creates a fleet, and later changes only the settings that it gets", async () => {
  expect((await run("init", "--shard-size", "500", "--keep-days", "1")).output).toBe(
    "The fleet is ready: stacks of the project 'pinterest-fleet', with up to 500 merchants each; " +
      "no limit on requests except each account's own; results are kept for 1 day.\n",
  );
  const limited = (await run("init", "--requests-per-second", "5")).output;
  expect(limited).toContain(
    "up to 500 merchants each; 5 requests a second at most over all workers; results are kept for 1 day.\n",
  );
  const unlimited = await run("init", "--requests-per-second", "0", "--json");
  expect(JSON.parse(unlimited.output)).toMatchObject({
    shardSize: 500,
    requestsPerSecond: null,
    keepDays: 1,
  });
  expect(await run("init", "--api-url", "pinterest")).toMatchObject({
    exitCode: exitCodes.usage,
    notes: expect.stringContaining("--api-url"),
  });
});

test("a new fleet has no shards and no runs", async () => {
  await TestFleet.create(await server.open(), 1);
  await createQueueOf(server);
  expect((await run("status")).output).toBe(
    "The fleet has no shards yet. Store a merchant list with `npx pulumi-pinterest fleet plan`.\n",
  );
  expect((await run("results", "--runs")).output).toBe("The fleet has no runs yet.\n");
  expect(await run("results")).toMatchObject({
    exitCode: exitCodes.error,
    notes: expect.stringContaining(
      "the fleet has no runs yet: deploy the plan with `npx pulumi-pinterest fleet up`",
    ),
  });
  expect(await run("drift", "--detach")).toMatchObject({
    exitCode: exitCodes.ok,
    output: "",
    notes: "The fleet has no merchants. Store a merchant list with `npx pulumi-pinterest fleet plan`.\n",
  });
});

test("a detached run queues its shards, and does not wait for a worker", async () => {
  await openFleet();
  expect((await run("status")).output).toMatch(/^ {2}shard-0001 +1 +0 +1 +never *$/m);
  const { exitCode, output, notes } = await run("up", "--yes", "--detach");
  expect([exitCode, notes]).toEqual([exitCodes.ok, ""]);
  const after = (await run("status")).output;
  expect(after).toMatch(/^ {2}shard-0001 +1 +0 +1 +up queued *$/m);
  expect(after).toContain(`2 shards, 2 merchants, 2 of them pending. The last run is ${output.trim()}.\n`);
  expect(JSON.parse((await run("status", "--json")).output)).toMatchObject({
    lastRun: output.trim(),
    shards: [{ state: "queued" }, { state: "queued" }],
  });
});

test("skips shards that another run has not finished, and fails", async () => {
  await openFleet();
  await run("drift", "--from-state", "--shard", "shard-0001", "--detach");
  expect((await run("status")).output).toContain(" drift --from-state queued");
  expect(await run("preview", "--detach")).toMatchObject({
    exitCode: exitCodes.error,
    notes:
      "error: skipped shard-0001, because another run has not finished it\n" +
      "`npx pulumi-pinterest fleet results --runs` lists the runs. To cancel one, run `npx pulumi-pinterest fleet cancel ID`.\n",
  });
  // Now, the other shard is in progress, too.
  expect(await run("destroy", "--yes", "--detach", "--json")).toMatchObject({
    exitCode: exitCodes.error,
    output: '{"run":null,"shards":[]}\n',
  });
});

test("cancels the shards of a run that have not started", async () => {
  await openFleet();
  const runId = (await run("drift", "--detach")).output.trim();
  expect((await run("cancel", runId)).output).toBe("2 shards canceled.\n");
  expect((await run("cancel", runId)).output).toBe("Nothing to cancel: the run has ended.\n");
  expect((await run("status")).output).toMatch(/ drift canceled \S+Z *$/m);
});

test("starts no run if no shard has changed", async () => {
  const fleet = await openFleet();
  await fleet.update({ merchants: { a: "created" } });
  await fleet.plan(merchants("a"), { confirmed: true });
  expect(await run("up", "--yes", "--detach", "--json")).toEqual({
    exitCode: exitCodes.ok,
    output: '{"run":null,"shards":[]}\n',
    notes: "Nothing to do. To fix drift, add `--refresh`.\n",
  });
  expect((await run("preview", "--detach")).notes).toBe(
    "Nothing to do. To include drift, add `--refresh`.\n",
  );
});

test("counts merchants that left the list separately from pending ones", async () => {
  const fleet = await openFleet();
  await fleet.update({ merchants: { a: "created" } });
  await fleet.plan(merchants("b"), { confirmed: true });
  const { output } = await run("status");
  expect(output).toMatch(/^ {2}shard-0001 +0 +1 +0 +up /m);
  expect(output).toContain("2 shards, 1 merchant, 1 of them pending; 1 leaving.");
});

test("shows the results of a merchant in all runs", async () => {
  const fleet = await openFleet();
  const first = await fleet.update({ merchants: { a: "created" } });
  const second = await fleet.update({ merchants: { a: "in-sync" } });
  const { output } = await run("results", "--merchant", "a");
  expect(output).toMatch(/^ {2}\S+Z +up +in sync\n {2}\S+Z +up +created\n$/);
  const json = JSON.parse((await run("results", "--merchant", "a", "--json")).output);
  expect(json).toMatchObject([
    { run: second, status: "in-sync" },
    { run: first, status: "created" },
  ]);
  expect((await run("results", "--merchant", "nobody")).output).toBe(
    "No run has results of a merchant 'nobody'.\n",
  );
});

test("warns that an unfinished update will use a new list, which a dry run does not store", async () => {
  await openFleet();
  const runId = (await run("up", "--yes", "--detach", "--shard", "shard-0001")).output.trim();
  await run("drift", "--detach", "--shard", "shard-0002");
  const list = join(temporaryDirectory(), "list.csv");
  writeFileSync(list, "name,externalBusinessId\na,id-a\nb,id-b\nc,id-c\n");
  const { output, notes } = await run("plan", list, "--dry-run");
  expect(notes).toBe(
    `warning: run ${runId} (up) has 1 unfinished shard, and will use this list for them. ` +
      `To cancel it, run \`npx pulumi-pinterest fleet cancel ${runId}\`\n`,
  );
  expect(output).toMatch(/^ {2}shard-0003 \(new\) +1 /m);
  expect(output).toContain("Nothing was stored (--dry-run).");
  expect((await run("status")).output).not.toContain("shard-0003");
});
