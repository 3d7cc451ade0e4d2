import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FleetLab, shops } from "../engine/helpers/fleet-lab";
import { print, settings, timed, timeout } from "./settings";

const { merchants, shardSize, latencyMs } = settings;

/** Indexes of the merchants with a revoked account: one in a hundred. */
const revoked = Array.from({ length: Math.floor(merchants / 100) }, (_, index) => index * 100);

let fleet: FleetLab;

beforeAll(async () => {
  fleet = await FleetLab.open();
  const names = fleet.addAccounts(merchants);
  await fleet.run(["init", "--shard-size", String(shardSize)]);
  await timed("plan", () =>
    fleet.plan(shops(merchants).map((shop, index) => ({ ...shop, account: names[index] }))),
  );
  fleet.lab.emulator.armFault({ kind: "slow", ms: latencyMs, times: "all" });
  for (const _worker of [1, 2]) fleet.startWorker();
}, timeout);

afterAll(() => fleet.close(), timeout);

interface Report {
  readonly summary: Record<string, number>;
}

/** Runs an action, and prints its duration and requests. */
async function measured<T>(what: string, action: () => Promise<T>): Promise<T> {
  fleet.lab.emulator.clearRequests();
  const result = await timed(what, action);
  print("  requests", String(fleet.lab.emulator.requests().length));
  return result;
}

test(
  "deploys every merchant once",
  async () => {
    await measured("up", () => fleet.run(["up", "--yes"]));
    expect(fleet.lab.emulator.integrations()).toHaveLength(merchants);
    expect(fleet.lab.writes()).toHaveLength(merchants);
    const [{ bytes } = { bytes: 0 }] = await fleet.rows<{ bytes: number }>(
      "select sum(pg_column_size(data))::integer as bytes from pulumi_state",
    );
    print("  state", `${Math.round(bytes / 1e5) / 10} MB`);
  },
  timeout,
);

test(
  "a quick check reads each merchant once",
  async () => {
    const { summary } = await measured("drift --from-state", () =>
      fleet.json<Report>("drift", "--from-state"),
    );
    expect(summary).toMatchObject({ inSync: merchants });
    expect(fleet.lab.emulator.requests()).toHaveLength(merchants);
  },
  timeout,
);

test(
  "a drift check reads each merchant once, and a quick check reports revoked merchants",
  async () => {
    await measured("drift", () => fleet.json<Report>("drift"));
    const [{ bytes } = { bytes: 0 }] = await fleet.rows<{ bytes: number }>(
      `select (sum(pg_column_size(result)) / count(*))::integer as bytes
         from pinterest_fleet.result join pinterest_fleet.run on run.id = run_id where operation = 'drift'`,
    );
    print("  stored result of a merchant", `${bytes} bytes`);
    expect(fleet.lab.emulator.requests()).toHaveLength(merchants);
    for (const index of revoked) fleet.lab.emulator.setAccount(`account-${index}`, { revoked: true });
    const { stdout } = await measured("drift --from-state with one in a hundred revoked", () =>
      fleet.run(["drift", "--from-state", "--json"], 1),
    );
    expect((JSON.parse(stdout) as Report).summary).toMatchObject({
      inSync: merchants - revoked.length,
      revoked: revoked.length,
    });
  },
  timeout,
);
