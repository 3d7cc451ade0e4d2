import { appendFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { PreflightReport } from "../../cli/preflight/preflight";
import type { DriftReport } from "../../stack/report";
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
  const { exitCode, stdout } = await lab.cli("drift", "--json", "drift.json");
  const report = JSON.parse(readFileSync(join(lab.directory, "drift.json"), "utf8")) as DriftReport;
  const { "seed-7": changed, ...others } = merchantsByName(report.stacks[0]?.merchants ?? []);
  expect(changed).toEqual(drifted({ connectedTagId: ["7", "changed"] }));
  expect(Object.values(others)).toEqual(Array(count - 1).fill(inSync));
  expect(report.stacks[0]?.errors).toEqual([
    expect.stringMatching(
      /^The stack has 60 protected integrations that the program does not declare: seed-1, seed-10, .* more\. .*add the line that .*import.* printed.* To delete an integration at Pinterest instead, run `pulumi state unprotect URN` /,
    ),
  ]);
  expect(exitCode).toBe(17);
  expect(stdout).not.toContain("Pending");
});

test("reports imported integrations that moved into a component once, with their drift and the alias that keeps them", async () => {
  const inComponent = (options: string) =>
    lab.program(
      {},
      `const parent = new pulumi.ComponentResource("shops:index:Shops", "shops");
       for (let number = 1; number <= ${count}; number += 1) {
         const args = { externalBusinessId: "seed-" + number, connectedTagId: String(number) };
         new pinterest.CommerceIntegration("seed-" + number, args, { parent, ${options} });
       }`,
    );
  inComponent("");
  const { report, merchants, exitCode } = await drift(lab);
  const alias = "`aliases: [{ parent: pulumi.rootStackResource }]`";
  const error = expect.stringMatching(
    /^The program declares 60 protected integrations under another name or parent: /,
  );
  const { "seed-7": changed, ...others } = merchants;
  expect(changed).toMatchObject({ ...drifted({ connectedTagId: ["7", "changed"] }), pending: ["rename"] });
  const forecasts = report.stacks[0]?.merchants.map((merchant) => [
    merchant.alias,
    merchant.forecast?.verdict,
  ]);
  expect(forecasts).toEqual(Array(count).fill([alias.slice(1, -1), "protected"]));
  expect(Object.values(others)).toEqual(Array(count - 1).fill({ ...inSync, pending: ["rename"] }));
  expect(report.stacks[0]?.errors).toEqual([error]);
  expect(report.stacks[0]?.errors[0]).toContain(alias);
  expect(exitCode).toBe(17);

  const { stdout } = await lab.cli("preflight", "--json");
  const { creates, others: steps, errors } = JSON.parse(stdout) as PreflightReport;
  expect(new Set(creates.map((create) => create.alias))).toEqual(new Set([alias.slice(1, -1)]));
  expect(new Set(creates.map(({ verdict }) => verdict))).toEqual(new Set(["protected"]));
  expect(steps).toEqual({ update: 0, delete: 0, same: 0 });
  expect(errors).toEqual([error]);

  inComponent("aliases: [{ parent: pulumi.rootStackResource }]");
  expect((await drift(lab)).report.summary).toMatchObject({
    inSync: count - 1,
    drifted: 1,
    pending: 0,
    errors: 0,
  });
  lab.program({});
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
