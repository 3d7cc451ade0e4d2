import { appendFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { DriftReport } from "../../cli/check/report";
import { drift, drifted, inSync, merchantsByName } from "./helpers/drift";
import { repository } from "./helpers/engine";
import { Lab } from "./helpers/lab";
import { ProviderProcesses } from "./helpers/provider-processes";

const count = 60;
const fields = (number: number) => ({ connected_tag_id: String(number) });

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  lab.emulator.seed(count, { fields });
  lab.program({});
  const imported = await lab.cli("import", "--all", "--run", "--program", "imported.js");
  expect(imported).toMatchObject({ exitCode: 0 });
  lab.emulator.change("seed-7", { connected_tag_id: "changed" });
});

afterAll(() => lab.close());

test("reports drift of imported integrations that the program does not declare yet, and one error with the remedy", async () => {
  const { exitCode, stdout, output } = await lab.cli("drift", "--json", "drift.json");
  const report = JSON.parse(readFileSync(join(lab.directory, "drift.json"), "utf8")) as DriftReport;
  const { "seed-7": changed, ...others } = merchantsByName(report.stacks[0]?.merchants ?? []);
  expect(changed).toEqual(drifted({ connectedTagId: ["7", "changed"] }));
  expect(Object.values(others)).toEqual(Array(count - 1).fill(inSync));
  expect(report.stacks[0]?.errors).toEqual([
    expect.stringMatching(
      /^The stack has 60 protected integrations that the program does not declare: seed-1, seed-10, .* more\. .*add the line that .*import.* printed/,
    ),
  ]);
  expect(exitCode).toBe(17);
  expect(output).not.toContain("unprotect");
  expect(stdout).not.toContain("Pending");
});

test("reports only drift, with one read, if the program declares the imported integrations", async () => {
  appendFileSync(join(lab.directory, "index.js"), '\nrequire("./imported");\n');
  lab.emulator.clearRequests();
  const { report, merchants, exitCode } = await drift(lab);
  expect(merchants).toMatchObject({ "seed-7": { status: "drifted" } });
  expect(report.summary).toMatchObject({ inSync: count - 1, drifted: 1, errors: 0 });
  expect(exitCode).toBe(7);
  expect(lab.emulator.counters()).toMatchObject({ reads: 1, writes: 0 });
});

test("`drift` exits on a signal after the engine has exited, and leaves no files or processes", async () => {
  const processes = new ProviderProcesses(lab);
  const temporary = join(lab.directory, "tmp");
  mkdirSync(temporary);
  lab.environment.TMPDIR = temporary;
  const started = processes.waitForNextStart();
  const { child, ended } = lab.launch("node", join(repository, "dist/cli/main.js"), "drift");
  await started;
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ exitCode: 130, stdout: "" });
  expect(child.signalCode).toBeNull();
  expect(processes.running()).toEqual([]);
  const files = readdirSync(temporary, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => file.startsWith("pulumi-"))).toEqual([]);
});
