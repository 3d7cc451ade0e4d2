import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { commandFailed, deleting } from "../expected/messages";
import { allShardsFail, notDeleted } from "../expected/reports";
import { beforeAll, test } from "../with-postgres";
import { fleetOfFile, shops } from "./helpers/fleet-lab";

// A fleet whose merchants have their own accounts, which an account command prints. The tests depend on each other.

const fleet = fleetOfFile();

/** `shop-1` to `shop-6`, of which the first three are in the first shard. */
const list: Record<string, unknown>[] = shops(6).map((shop, index) => ({
  ...shop,
  account: `account-${index}`,
}));
const withoutFirst = list.slice(1);

beforeAll(async () => {
  // Otherwise, the workers would retry reads of missing integrations, because the emulator's write times are ahead of the clock.
  fleet.lab.environment.PINTEREST_CONSISTENCY_TIMEOUT = "0.001";
  fleet.addAccounts(list.length);
  await fleet.run(["init", "--shard-size", "3"]);
  await fleet.plan(list);
});

interface Report {
  readonly summary: Record<string, number>;
  readonly stacks: {
    stack: string;
    merchants: { name: string; status: string; properties: { name: string }[] }[];
  }[];
}

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

const command = () => join(fleet.lab.directory, "tokens.cjs");
const broken = () => `${command()}.broken`;

test("a worker does not start if the account command fails", async () => {
  renameSync(command(), broken());
  const { exitCode, output } = await fleet.startWorker().ended.finally(() => renameSync(broken(), command()));
  expect(output).toMatch(
    new RegExp(
      `${commandFailed("exited with code 1")}, ${allShardsFail} Run the command in PINTEREST_ACCOUNT_COMMAND with \\{"accounts":\\["account-\\d+"\\]\\}`,
    ),
  );
  expect(exitCode).toBe(1);
});

test("two workers create each integration once", async () => {
  fleet.startWorker();
  fleet.startWorker();
  expect(await fleet.json("up", "--yes")).toMatchObject({
    shards: [
      { stack: "shard-0001", state: "done", attempts: 1 },
      { stack: "shard-0002", state: "done", attempts: 1 },
    ],
  });
  expect(fleet.lab.writes().sort()).toEqual(list.map((shop) => `POST ${shop.externalBusinessId}`));
});

test("a check during which the account command fails is retried, and then has the result of each merchant", async () => {
  await fleet.prepareForKills();
  renameSync(command(), broken());
  const running = fleet.lab.cli("fleet", "drift", "--shard", "shard-0002");
  const [failed] = await fleet.waitForRows<{ worker: string; errors: string[] }>(
    `select worker, errors from pinterest_fleet.run_shard where state = 'queued' and errors::text like '%account command%'`,
  );
  renameSync(broken(), command());
  expect(failed?.errors).toEqual([
    `${commandFailed("exited with code 1")}. Check PINTEREST_ACCOUNT_COMMAND on this worker`,
  ]);
  const { exitCode, stdout, stderr } = await running;
  expect(exitCode).toBe(0);
  expect(stderr).toContain(`shard-0002 is retried: ${commandFailed("exited with code 1")}`);
  expect(stdout).toMatch(/3 in sync/);
});

test("a quick check reads each merchant once, and reports the same results as the engine", async () => {
  const { emulator } = fleet.lab;
  emulator.setAccount("account-0", { revoked: true });
  emulator.put("id-2", { connected_tag_id: "1", partner_metadata: '{"a":1}' }, { account: "account-1" });
  emulator.remove("id-5");
  emulator.clearRequests();
  const quick = JSON.parse((await fleet.run(["drift", "--from-state", "--json"], 17)).stdout) as Report;
  // A second read confirms that a merchant is missing or revoked.
  const reads = [0, 0, 1, 2, 3, 4, 4, 5].map((index) => `GET account-${index}`);
  expect(
    emulator
      .requests()
      .map(({ method, account }) => `${method} ${account}`)
      .sort(),
  ).toEqual(reads);
  const drift = JSON.parse((await fleet.run(["drift", "--json"], 17)).stdout) as Report;
  expect(findings(quick)).toEqual({
    "shop-1": "revoked",
    "shop-2": "drifted connectedTagId",
    "shop-3": "in-sync",
    "shop-4": "in-sync",
    "shop-5": "missing",
    "shop-6": "in-sync",
  });
  expect(findings(drift)).toEqual(findings(quick));
  expect(fleet.lab.writes()).toEqual([]);
});

test("offboarding erases everything stored about a merchant whose token is revoked", async () => {
  await fleet.plan(withoutFirst, "--confirm-shrink");
  const { stdout } = await fleet.run(["up", "--yes", "--shard", "shard-0001"], 1);
  expect(stdout).toContain(`${notDeleted("shop-1")} If a merchant revoked your access for good`);
  expect(stdout.match(new RegExp(`${deleting("id-1")}.* HTTP 401`, "g"))).toHaveLength(1);
  const { offboarded } = await fleet.json<{ offboarded: Record<string, unknown>[] }>(
    "offboard",
    "shop-1",
    "--yes",
  );
  expect(offboarded).toMatchObject([
    {
      name: "shop-1",
      externalBusinessId: "id-1",
      account: "account-0",
      wasListed: false,
      earlierStates: { kind: "erased" },
      integrationId: fleet.lab.emulator.integration("id-1")?.id,
    },
  ]);
  const stored = await fleet.stored();
  expect(stored.some(({ place, text }) => /stacks/.test(place) && text.includes("shop-3"))).toBe(true);
  expect(stored.filter(({ text }) => text.includes("shop-1"))).toEqual([]);
});

test("no access token is in a table, in state or in output", async () => {
  const tokens = fleet.lab.emulator.accounts().flatMap(({ access_tokens: ofAccount }) => ofAccount);
  expect(tokens.length).toBeGreaterThanOrEqual(list.length);
  const hasToken = (text: string) => tokens.some((token) => text.includes(token));
  expect((await fleet.stored()).filter(({ text }) => hasToken(text))).toEqual([]);
  expect(hasToken(fleet.lab.transcript)).toBe(false);
});
