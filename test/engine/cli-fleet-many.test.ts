import { renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "@jest/globals";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, shops } from "./helpers/fleet-lab";

let fleet: FleetLab;

const merchants = 60;

const account = (index: number) => `account-${index}`;

const list: Record<string, unknown>[] = shops(merchants).map((shop, index) => ({
  ...shop,
  account: account(index),
}));

beforeAll(async () => {
  fleet = await FleetLab.open();
  // Otherwise, the workers would retry reads of missing integrations, because the emulator's write times are ahead of the clock.
  fleet.lab.environment.PINTEREST_CONSISTENCY_TIMEOUT = "0.001";
  fleet.addAccounts(merchants);
  await fleet.run(["init", "--shard-size", "30"]);
  await fleet.plan(list);
  fleet.startWorker();
  fleet.startWorker();
});

afterAll(() => fleet.close());

interface Report {
  readonly summary: Record<string, number>;
  readonly stacks: {
    stack: string;
    merchants: { name: string; status: string; properties: { name: string }[] }[];
  }[];
}

/** All requests since the last `emulator.clearRequests()`, as `METHOD account`, in alphabetical order. */
const requests = () =>
  fleet.lab.emulator
    .requests()
    .map((request) => `${request.method} ${request.account}`)
    .sort();

/** The status and the drifted properties of each merchant, by name. */
function findings({ stacks }: Report): Record<string, string> {
  return Object.fromEntries(
    stacks
      .flatMap((stack) => stack.merchants)
      .map(({ name, status, properties }) => [
        name,
        [status, ...properties.map((property) => property.name)].join(" "),
      ]),
  );
}

test("two workers create each of 60 integrations once", async () => {
  expect(await fleet.json("up", "--yes")).toMatchObject({
    shards: [
      { stack: "shard-0001", state: "done", attempts: 1 },
      { stack: "shard-0002", state: "done", attempts: 1 },
    ],
  });
  expect(fleet.lab.emulator.integrations()).toHaveLength(merchants);
  expect(fleet.lab.writes()).toHaveLength(merchants);
});

test("a quick check reads each merchant once, and reports the same results as the engine", async () => {
  for (const index of [0, 20, 40]) fleet.lab.emulator.setAccount(account(index), { revoked: true });
  for (const index of [7, 27, 47]) {
    fleet.lab.emulator.put(
      `id-${index + 1}`,
      { connected_tag_id: "1", partner_metadata: '{"a":1}' },
      { account: account(index) },
    );
  }
  for (const index of [10, 50]) fleet.lab.emulator.remove(`id-${index + 1}`);
  fleet.lab.emulator.clearRequests();
  const quick = JSON.parse((await fleet.run(["drift", "--from-state", "--json"], 17)).stdout) as Report;
  // A second read confirms that a merchant is missing or revoked.
  const readTwice = [0, 10, 20, 40, 50];
  const reads = [...Array(merchants).keys(), ...readTwice].map((index) => `GET ${account(index)}`);
  expect(requests()).toEqual(reads.sort());
  const drift = JSON.parse((await fleet.run(["drift", "--json"], 17)).stdout) as Report;
  expect(quick.summary).toMatchObject({ inSync: 52, drifted: 3, missing: 2, revoked: 3, unreachable: 0 });
  expect(findings(quick)).toEqual(findings(drift));
  expect(drift.stacks.map(({ stack }) => stack)).toEqual(["shard-0001", "shard-0002"]);
  expect(findings(quick)).toMatchObject({
    "shop-8": "drifted connectedTagId",
    "shop-11": "missing",
  });
  expect(fleet.lab.writes().length).toBe(0);
});

test("an update with a refresh fixes all drift, and reports merchants that it cannot read", async () => {
  const { stdout } = await fleet.run(["up", "--yes", "--refresh", "--json"], 1);
  const { shards } = JSON.parse(stdout) as { shards: { merchants: { name: string; status: string }[] }[] };
  const all = shards.flatMap((shard) => shard.merchants);
  const namesWith = (status: string) =>
    all.filter((merchant) => merchant.status === status).map(({ name }) => name);
  expect(namesWith("revoked").sort()).toEqual(["shop-1", "shop-21", "shop-41"]);
  expect(namesWith("updated").sort()).toEqual(["shop-28", "shop-48", "shop-8"]);
  expect(namesWith("created").sort()).toEqual(["shop-11", "shop-51"]);
  expect(namesWith("in-sync")).toHaveLength(52);
  const { summary } = JSON.parse((await fleet.run(["drift", "--from-state", "--json"], 1)).stdout) as Report;
  expect(summary).toMatchObject({ inSync: 57, revoked: 3 });
});

describe("if the account command fails,", () => {
  const command = () => join(fleet.lab.directory, "tokens.cjs");
  const broken = () => `${command()}.broken`;

  test("a worker does not start", async () => {
    renameSync(command(), broken());
    const { exitCode, output } = await fleet
      .startWorker()
      .ended.finally(() => renameSync(broken(), command()));
    expect(output).toMatch(
      /the account command exited with code 1, so that this worker would fail all shards\. Run the command in PINTEREST_ACCOUNT_COMMAND with \{"accounts":\["account-\d+"\]\}/,
    );
    expect(exitCode).toBe(1);
  });

  test.each([
    ["an update with a refresh", ["up", "--refresh", "--yes"]],
    ["a check", ["drift"]],
    ["a quick check", ["drift", "--from-state"]],
  ])("%s is retried, and then has the result of each merchant", async (_what, args) => {
    await fleet.prepareForKills();
    renameSync(command(), broken());
    const shard = ["--shard", "shard-0002"];
    const running = fleet.lab.cli("fleet", ...args, ...shard);
    const [failed] = await fleet.waitForRows<{ worker: string; errors: string[] }>(
      `select worker, errors from pinterest_fleet.run_shard where state = 'queued' and errors::text like '%account command%'`,
    );
    renameSync(broken(), command());
    expect(failed?.errors).toEqual([
      "the account command exited with code 1. Check PINTEREST_ACCOUNT_COMMAND on this worker",
    ]);
    const { exitCode, stdout, stderr } = await running;
    expect(exitCode).toBe(0);
    expect(stderr).toContain("shard-0002 is retried: the account command exited with code 1");
    expect(stdout).toMatch(/30 in sync/);
  });
});

describe("offboarding", () => {
  const stackOf = async (name: string) => {
    const rows = await fleet.rows<{ name: string; stack: string }>(
      "select name, stack from pinterest_fleet.merchant join pinterest_fleet.shard on shard.id = shard_id",
    );
    return rows.find((row) => row.name === name)?.stack;
  };

  test("refuses a merchant whose token is only missing on this machine", async () => {
    const { environment } = fleet.lab;
    const { PINTEREST_ACCOUNT_COMMAND: command } = environment;
    delete environment.PINTEREST_ACCOUNT_COMMAND;
    const { stderr } = await fleet.run(["offboard", "shop-41", "--yes"], 1).finally(() => {
      environment.PINTEREST_ACCOUNT_COMMAND = command;
    });
    expect(stderr).toContain("'shop-41' is unreachable: no access token for account 'account-40'");
    expect(await stackOf("shop-41")).toBe("shard-0001");
  });

  test("offboards none of several merchants if one is still connected", async () => {
    const { stderr } = await fleet.run(["offboard", "shop-41", "shop-43", "--yes"], 1);
    expect(stderr).toContain("nothing was changed in this shard:\n  'shop-43' is in sync");
    expect(await stackOf("shop-41")).toBe("shard-0001");
  });

  test("erases everything stored about a merchant whose token is revoked", async () => {
    await fleet.plan(list.filter(({ name }) => name !== "shop-41"));
    const { stdout } = await fleet.run(["up", "--yes"], 1);
    expect(stdout).toContain("Not deleted at Pinterest: shop-41. If a merchant revoked your access for good");
    expect(stdout.match(/deleting commerce integration "id-41".* HTTP 401/g)).toHaveLength(1);
    const { offboarded } = await fleet.json<{ offboarded: Record<string, unknown>[] }>(
      "offboard",
      "shop-41",
      "--yes",
    );
    expect(offboarded).toMatchObject([
      {
        name: "shop-41",
        externalBusinessId: "id-41",
        account: "account-40",
        wasListed: false,
        earlierStates: { kind: "erased" },
      },
    ]);
    expect(offboarded[0]?.integrationId).toBe(fleet.lab.emulator.integration("id-41")?.id);
    for (const { name } of await fleet.tables()) {
      const [found] = await fleet.rows<{ text: string }>(
        `select coalesce(string_agg(t::text, ' '), '') as text from ${name} as t`,
      );
      expect(`${name}: ${found?.text.match(/.{30}shop-41.{30}/)}`).toBe(`${name}: null`);
    }
    const states = await fleet.states();
    expect(states.some(({ text }) => text.includes("shop-43"))).toBe(true);
    expect(states.filter(({ text }) => text.includes("shop-41")).map(({ key }) => key)).toEqual([]);
  });

  test("keeps the other merchants unchanged, and accepts a list without the offboarded one", async () => {
    await fleet.plan(list.filter(({ name }) => name !== "shop-41"));
    fleet.lab.emulator.clearRequests();
    await fleet.run(["up", "--yes", "--shard", "shard-0001"]);
    expect(fleet.lab.writes()).toEqual([]);
  });
});

test("no access token is in a table, in state or in output", async () => {
  const tokens = fleet.lab.emulator.accounts().flatMap(({ access_tokens: ofAccount }) => ofAccount);
  expect(tokens.length).toBeGreaterThanOrEqual(merchants);
  const hasToken = (text: string) => tokens.some((token) => text.includes(token));
  for (const { name } of await fleet.tables()) {
    const [found] = await fleet.rows<{ text: string | null }>(
      `select string_agg(t::text, ' ') as text from ${name} as t`,
    );
    expect(`${name}: ${hasToken(found?.text ?? "")}`).toBe(`${name}: false`);
  }
  expect((await fleet.states()).filter(({ text }) => hasToken(text)).map(({ key }) => key)).toEqual([]);
  expect(hasToken(fleet.lab.transcript)).toBe(false);
});
