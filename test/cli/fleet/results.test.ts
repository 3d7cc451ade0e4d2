import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { type ResultsOptions, results, status } from "../../../cli/fleet/results";
import { acquireClaim } from "../../../fleet/store/claim";
import { createQueue, openQueue, queueName } from "../../../fleet/store/queue";
import { startAttempt, startRun } from "../../../fleet/store/runs";
import { readIdentity } from "../../../fleet/store/settings";
import { merchants, TestDatabase, TestFleet } from "../../fleet/helpers/fleet";
import { temporaryDirectory } from "../../temporary-directory";
import { test } from "../../with-postgres";
import { merchant } from "../drift/helpers/example";
import { createQueueOf, runIn } from "./helpers";

const server = new TestDatabase();

test("lists runs, the newest first, and shows the results of one by its ID", async () => {
  const fleet = await TestFleet.create(await server.open(), 10);
  await fleet.plan(merchants("a"));
  const first = await fleet.update({ merchants: { a: "created" } });
  const second = await fleet.update({ merchants: { a: "unchanged" } });
  await createQueueOf(server);
  const output = async (options: ResultsOptions) => {
    const { output, notes } = await runIn(server, results, options);
    return output + notes;
  };
  const runs = JSON.parse(await output({ runs: true, json: true }));
  expect(runs).toMatchObject([
    { run: second, operation: "up", shards: 1 },
    { run: first, operation: "up", shards: 1 },
  ]);
  expect(await output({ runs: true })).toMatch(new RegExp(`${second} .* up .*\n.*${first} .* up `));
  expect(await output({ run: first })).toContain(`Run ${first}, up`);
  for (const wait of [undefined, true] as const) {
    await expect(output({ run: "nobody", ...(wait && { wait }) })).rejects.toThrow(
      /^this run does not exist: `npx pulumi-pinterest fleet results --runs` lists all runs$/,
    );
  }
});

test("shows the last 14 checks on the page", async () => {
  const fleet = await TestFleet.create(await server.open(), 10);
  await fleet.plan(merchants("a"));
  for (let checks = 0; checks < 15; checks++) await fleet.check(merchant("a"));
  await createQueueOf(server);
  const html = join(temporaryDirectory(), "drift.html");
  await runIn(server, results, { html });
  const [, overTime] = readFileSync(html, "utf8").split('<ol class="history">');
  expect(overTime?.match(/<li>/g)).toHaveLength(14);
});

const statusNow = async () => (await runIn(server, status, {})).output;

test("shows that the worker of a shard has stopped, and when its next attempt starts", async () => {
  const database = await server.open();
  await (await TestFleet.create(database, 1)).plan(merchants("a"));
  const queue = await openQueue(server.url, () => {});
  await createQueue(queue);
  const { runId = "" } = await startRun(database, queue, { operation: "up" });
  const [job] = await queue.fetch<{ stack: string; shardId: number }>(queueName);
  const { statements } = database;
  const shardId = 1;
  await acquireClaim(statements, shardId, "vm-1");
  await startAttempt(statements, { runId, shardId }, "vm-1", await readIdentity(statements));
  expect(await statusNow()).toMatch(/up running +vm-1$/m);
  await statements.query("update pinterest_fleet.claim set alive_at = now() - interval '1 minute'");
  expect(await statusNow()).toMatch(/up interrupted, waits for a worker +vm-1 \(stopped\)$/m);
  await queue.fail(queueName, job?.id ?? "");
  expect(await statusNow()).toMatch(/up interrupted, next attempt at \S+Z +vm-1 \(stopped\)$/m);
  await queue.stop({ graceful: false });
});

test("shows when the next attempt of a queued shard starts, if a worker could not begin it", async () => {
  const database = await server.open();
  await (await TestFleet.create(database, 1)).plan(merchants("a"));
  const queue = await openQueue(server.url, () => {});
  await createQueue(queue);
  await startRun(database, queue, { operation: "up" });
  const [job] = await queue.fetch(queueName);
  await queue.fail(queueName, job?.id ?? "");
  expect(await statusNow()).toMatch(/up queued, next attempt at \S+Z *$/m);
  await queue.stop({ graceful: false });
});
