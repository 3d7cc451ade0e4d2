import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { waitsForShards } from "../expected/reports";
import * as postgres from "../with-postgres";
import { repository } from "./helpers/engine";
import { fleetOfFile, type LabWorker } from "./helpers/fleet-lab";
import { labOfFile, type Run } from "./helpers/lab";

const updateCommand = "UPDATE_SAMPLES=1 npm test -- test/engine/reference-samples && npm run docs:references";

/** Everything in an output that differs from machine to machine, and its value in the published samples. */
const variables = (directory: string): readonly (readonly [RegExp | string, string])[] => [
  [directory, "/home/anna/shops"],
  [join(repository, "node_modules"), "/home/anna/shops/node_modules"],
  [repository, "/home/anna/shops/node_modules/pulumi-pinterest"],
  [/(?<![-\w])lab-\w+/g, "shops"],
  [new RegExp(`${hostname()}-\\d+`, "g"), "vm-18790"],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "8d1f2c1e-6a3b-4c39-9a57-0d6f7a5b9c11"],
  [/ after [\d.]+ s$/gm, " after 3.1 s"],
  [/(?<=duration_seconds\S* )[\d.]+/g, "3.1"],
  [/(?<=timestamp_seconds\S* )[\d.]+/g, "1796116365"],
  // Pinterest numbers the integrations in the order of the creates.
  [/integration ID \d+/g, "integration ID 7300000000000000005"],
  [/, for \w+$/gm, ", for anna"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, "2026-12-01T09:12:45Z"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:4010"],
  [/process ID \d+/g, "process ID 4321"],
  [/Node\.js [\d.]+ \(\S+\)/g, "Node.js 24.21.0 (/usr/local/bin/node)"],
  [/(?<!\/)\bpulumi 3[\d.]+ \(\S+\)/g, "pulumi 3.276.0 (/usr/local/bin/pulumi)"],
  [/(@pulumi\/pulumi|pulumi-pinterest) \d+\.\d+\.\d+/g, "$1 X.Y.Z"],
];

const lab = labOfFile();

beforeAll(() => {
  delete lab.environment.PINTEREST_CONSISTENCY_TIMEOUT;
  lab.emulator.put("shop-madrid", { connected_tag_id: "2613187434" });
});

/** Compares an output with the published sample of a command. */
function expectSample(
  name: string,
  commandLine: string,
  { stdout }: Pick<Run, "stdout">,
  { directory } = lab,
): void {
  const file = join(repository, `scripts/references/samples/${name}.txt`);
  const sample = variables(directory).reduce(
    (text, [pattern, value]) => text.replaceAll(pattern, value),
    `$ npx pulumi-pinterest ${commandLine}\n${stdout.trimEnd()}\n`,
  );
  if (process.env.UPDATE_SAMPLES) writeFileSync(file, sample);
  expect(sample).toBe(readFileSync(file, "utf8"));
}

async function expectSampleOf(commandLine: string, exitCode: number): Promise<void> {
  const run = await lab.cli(...commandLine.split(" "));
  expect([run.exitCode, run.stderr]).toEqual([exitCode, expect.any(String)]);
  expectSample(commandLine.split(" ")[0] ?? "", commandLine, run);
}

test(`import prints its sample (to update the samples, run: ${updateCommand})`, () =>
  expectSampleOf("import --all", 0));

test("preflight prints its sample", async () => {
  lab.emulator.put("shop-berlin", { connected_tag_id: "2600000000001" });
  lab.program({
    berlin: { externalBusinessId: "shop-berlin", connectedTagId: "2613187432" },
    lisbon: {
      externalBusinessId: "shop-lisbon",
      connectedAdvertiserId: "549755885176",
      connectedTagId: "2613187433",
    },
    madrid: { externalBusinessId: "shop-madrid", connectedTagId: "2613187434" },
  });
  await expectSampleOf("preflight", 1);
});

test("drift prints its sample", async () => {
  lab.emulator.change("shop-berlin", { connected_tag_id: "2613187432" });
  await lab.up();
  lab.emulator.change("shop-berlin", { connected_tag_id: "2600000000001" });
  lab.emulator.remove("shop-madrid");
  await expectSampleOf("drift", 7);
});

test("doctor prints its sample", () => expectSampleOf("doctor", 0));

test("logs send prints its sample", async () => {
  const entry = (logLevel: string) =>
    JSON.stringify({ clientTimestamp: 1_767_225_600_000, eventType: "APP", logLevel, message: "Feed sent" });
  writeFileSync(join(lab.directory, "app.log"), [entry("INFO"), entry("LOUD"), ""].join("\n"));
  const { output } = await lab.cli("logs", "send", "app.log");
  expectSample("logs", "logs send app.log", { stdout: output });
});

test("emulator prints its sample", async () => {
  const { child, ended } = lab.launch("node", join(repository, "dist/cli/main.js"), "emulator");
  await new Promise<void>((done) =>
    child.stdout?.on("data", (text) => /Administration/.test(text) && done()),
  );
  child.kill("SIGTERM");
  expectSample("emulator", "emulator --port 4010", await ended);
});

describe("fleet", () => {
  const fleet = fleetOfFile();
  let worker: LabWorker;

  postgres.beforeAll(() => {
    const { lab } = fleet;
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ south: lab.emulator.token("shop-2") });
    const lines = [
      "name,account,externalBusinessId,connectedTagId",
      "north,,shop-north,2613187432",
      "west,,shop-west,2613187434",
    ];
    writeFileSync(join(lab.directory, "shorter.csv"), lines.join("\n"));
    lines.push("south,south,shop-south,2613187433");
    writeFileSync(join(lab.directory, "merchants.csv"), lines.join("\n"));
  });

  async function startWorker(): Promise<void> {
    worker = fleet.startWorker();
    await worker.waitForLog(new RegExp(waitsForShards));
  }

  async function expectFleetSample(commandLine: string, exitCode = 0): Promise<void> {
    const [name = ""] = commandLine.split(" ");
    const run = await fleet.run(commandLine.split(" "), exitCode);
    expectSample(`fleet-${name}`, `fleet ${commandLine}`, run, fleet.lab);
  }

  postgres.test("the commands print their samples", async () => {
    const { emulator } = fleet.lab;
    await expectFleetSample("init --shard-size 2");
    await expectFleetSample("plan merchants.csv");
    await startWorker();
    await expectFleetSample("preview");
    await expectFleetSample("up --yes");
    await expectFleetSample("status");

    emulator.change("shop-north", { connected_tag_id: "2600000000001" });
    await expectFleetSample("drift", 7);
    await expectFleetSample("results --merchant north");
    await expectFleetSample("metrics");
    emulator.put("shop-old", {});
    await expectFleetSample("unmanaged");

    worker.kill("SIGTERM");
    expectSample("fleet-worker", "fleet worker", { stdout: (await worker.ended).stderr }, fleet.lab);
    const { stdout } = await fleet.run(["up", "--all", "--detach", "--yes"]);
    await expectFleetSample(`cancel ${stdout.trim()}`);

    emulator.setAccount("shop-2", { revoked: true });
    await fleet.run(["plan", "shorter.csv", "--confirm-shrink"]);
    await expectFleetSample("offboard south --yes");
    await startWorker();
    await expectFleetSample("destroy --yes");
  });
});
