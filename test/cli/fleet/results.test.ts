import { expect } from "@jest/globals";
import { results } from "../../../cli/fleet/results";
import { createQueue, openQueue } from "../../../fleet/queue";
import { merchants, passphrase, TestDatabase, TestFleet } from "../../fleet/helpers/fleet";
import { test } from "../../with-postgres";
import { recordingTerminal } from "../helpers/terminal";

const server = new TestDatabase();

test("lists runs, the newest first, and shows the results of one by its ID", async () => {
  const fleet = await TestFleet.create(await server.open(), 10);
  await fleet.plan(merchants("a"));
  const first = await fleet.update({ merchants: { a: "created" } });
  const second = await fleet.update({ merchants: { a: "unchanged" } });
  const queue = await openQueue(server.url, () => {});
  await createQueue(queue);
  await queue.stop({ graceful: false });
  process.env.PINTEREST_FLEET_DATABASE = server.url;
  process.env.PINTEREST_FLEET_PASSPHRASE = passphrase;
  const output = async (options: Parameters<typeof results>[0]) => {
    const terminal = recordingTerminal();
    await results(options, terminal);
    return terminal.output() + terminal.notes();
  };
  const runs = JSON.parse(await output({ runs: true, json: true }));
  expect(runs).toMatchObject([
    { run: second, operation: "up", shards: 1 },
    { run: first, operation: "up", shards: 1 },
  ]);
  expect(await output({ runs: true })).toMatch(new RegExp(`${second} .* up .*\n.*${first} .* up `));
  expect(await output({ run: first })).toContain(`Run ${first}, up`);
  await expect(output({ run: "nobody" })).rejects.toThrow(
    /^this run does not exist: `npx pulumi-pinterest fleet results --runs` lists all runs$/,
  );
});
