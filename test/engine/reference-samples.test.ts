import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { repository } from "./helpers/engine";
import { Lab, type Run } from "./helpers/lab";

const updateCommand = "UPDATE_SAMPLES=1 npm test -- test/engine/reference-samples && npm run docs:references";

/** Everything in an output that differs from machine to machine, and its value in the published samples. */
const variables = (): readonly (readonly [RegExp | string, string])[] => [
  [lab.directory, "/home/anna/shops"],
  [join(repository, "node_modules"), "/home/anna/shops/node_modules"],
  [repository, "/home/anna/shops/node_modules/pulumi-pinterest"],
  [/ for \w+$/gm, " for anna"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, "2026-12-01T09:12:45Z"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:4010"],
  [/process ID \d+/g, "process ID 4321"],
  [/Node\.js [\d.]+ \(\S+\)/g, "Node.js 24.21.0 (/usr/local/bin/node)"],
  [/(?<!\/)\bpulumi 3[\d.]+ \(\S+\)/g, "pulumi 3.276.0 (/usr/local/bin/pulumi)"],
  [/(@pulumi\/pulumi|pulumi-pinterest) \d+\.\d+\.\d+/g, "$1 X.Y.Z"],
];

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  delete lab.environment.PINTEREST_CONSISTENCY_TIMEOUT;
  lab.emulator.put("shop-madrid", { connected_tag_id: "2613187434" });
});

afterAll(() => lab.close());

/** Compares an output with the published sample of a command. */
function expectSample(name: string, commandLine: string, { stdout }: Pick<Run, "stdout">): void {
  const file = join(repository, `scripts/references/samples/${name}.txt`);
  const text = variables().reduce((output, [pattern, value]) => output.replaceAll(pattern, value), stdout);
  const sample = `$ npx pulumi-pinterest ${commandLine}\n${text.trimEnd()}\n`;
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
