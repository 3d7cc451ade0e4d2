import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "@jest/globals";
import { sync as which } from "which";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, shops } from "./helpers/fleet-lab";
import { ProviderProcesses } from "./helpers/provider-processes";

let fleet: FleetLab;
let processes: ProviderProcesses;

/** The path of a file in the lab's directory. */
const inLab = (name: string) => join(fleet.lab.directory, name);

const stateFile = (ending: string) => inLab(`states/.pulumi/stacks/pinterest-fleet/shard-0001.${ending}`);

/** The state in a file of the backend. Undefined if it is truncated. */
function stateIn(
  ending: "json" | "json.bak",
): { checkpoint: { latest: { resources: unknown[] } } } | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(ending), "utf8"));
  } catch {
    return undefined;
  }
}

beforeAll(async () => {
  fleet = await FleetLab.open();
  const { environment } = fleet.lab;
  mkdirSync(inLab("states"));
  environment.PULUMI_BACKEND_URL = `file://${inLab("states")}`;
  // An engine that cannot write files of more than 16 kB while the file `full` exists.
  mkdirSync(inLab("bin"));
  const engine = which("pulumi", { path: environment.PATH ?? "" });
  writeFileSync(
    inLab("bin/pulumi"),
    `#!/bin/sh\necho $$ > '${inLab("engine-pid")}'\nif [ -e '${inLab("full")}' ]; then ulimit -f 32; fi\nexec '${engine}' "$@"\n`,
    { mode: 0o755 },
  );
  environment.PATH = `${inLab("bin")}${delimiter}${environment.PATH}`;
  processes = new ProviderProcesses(fleet.lab);
  await fleet.run(["init"]);
  await fleet.prepareForKills();
  fleet.startWorker();
});

afterAll(() => fleet.close());

/** Updates the shard with a full disk, which has space again after the state was truncated. */
async function updateWithFullDisk(whileFull: () => void = () => {}) {
  writeFileSync(inLab("full"), "");
  const update = fleet.run(["up", "--yes"]);
  while (!existsSync(stateFile("json")) || stateIn("json") !== undefined) await setTimeout(20);
  whileFull();
  // The engine would try to write for half a minute.
  process.kill(Number(readFileSync(inLab("engine-pid"), "utf8")), "SIGKILL");
  rmSync(inLab("full"));
  return update;
}

test("restores the state of a new shard if a full disk truncates it, and adopts what was created", async () => {
  await fleet.plan(shops(20));
  await updateWithFullDisk();
  expect(fleet.lab.writes()).toHaveLength(20);
});

test("restores the last state if a full disk truncates it, and loses no integration", async () => {
  const [first, second] = [shops(20), shops(25)];
  for (const list of [first, second]) {
    await fleet.plan(list);
    await fleet.run(["up", "--yes"]);
  }
  const before = stateIn("json");
  const ids = () =>
    Object.fromEntries(
      fleet.lab.emulator.integrations().map(({ external_business_id, id }) => [external_business_id, id]),
    );
  const idsBefore = ids();
  // The last update has created these integrations. The engine's own backup is from before it.
  const { "id-21": _left, "id-22": _replaced, ...kept } = idsBefore;
  const list = shops(26)
    .filter(({ name }) => name !== "shop-21")
    .map((shop) => (shop.name === "shop-22" ? { ...shop, externalBusinessId: "other" } : shop));
  await fleet.plan(list, "--confirm-shrink");
  fleet.lab.emulator.clearRequests();
  const { stderr } = await updateWithFullDisk(() => {
    expect(stateIn("json.bak")?.checkpoint.latest.resources).toHaveLength(22);
    expect(before?.checkpoint.latest.resources).toHaveLength(27);
  });
  expect(stderr).toContain("shard-0001 is retried: the engine was terminated by SIGKILL");
  expect(processes.running()).toEqual([]);
  expect(ids()).toMatchObject(kept);
  expect(Object.keys(ids()).sort()).toEqual(list.map((shop) => String(shop.externalBusinessId)).sort());
  expect(fleet.lab.writes().sort()).toEqual(["DELETE id-21", "DELETE id-22", "POST id-26", "POST other"]);
});
