import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { DriftReport, StackReport } from "../../cli/check/report";
import { drift } from "./helpers/drift";
import { repository } from "./helpers/engine";
import { Lab } from "./helpers/lab";

let lab: Lab;

/** Declares one integration per stack, in the account of the same name. */
const program = `const name = pulumi.getProject() + "-" + pulumi.getStack();
new pinterest.CommerceIntegration("shop", { externalBusinessId: name, connectedTagId: "1", account: name });`;

const accounts = ["lab-test", "lab-eu", "second-prod"];

beforeAll(async () => {
  lab = await Lab.open();
  for (const name of [...accounts, "none"]) lab.emulator.addAccount({ name });
  const tokens = accounts.map((name) => [name, lab.emulator.token(name)]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
  lab.program({}, program);
  const second = join(lab.directory, "second");
  mkdirSync(second);
  symlinkSync(join(lab.directory, "index.js"), join(second, "index.js"));
  writeFileSync(join(second, "package.json"), '{ "name": "second", "main": "index.js" }\n');
  const project = readFileSync(join(lab.directory, "Pulumi.yaml"), "utf8");
  writeFileSync(join(second, "Pulumi.yaml"), project.replace("name: lab", "name: second"));
  await lab.succeed("stack", "init", "eu", "--no-select");
  await lab.succeed("stack", "init", "prod", "-C", "second");
  await Promise.all([lab.up(), lab.up("-s", "eu"), lab.up("-C", "second")]);
});

afterAll(() => lab.close());

function outline(stacks: readonly StackReport[]): string[] {
  return stacks.map(
    ({ project, stack, directory, merchants }) =>
      `${directory}: ${project}/${stack} ${merchants.map(({ status }) => status).join()}`,
  );
}

const file = (name: string) => readFileSync(join(lab.directory, name), "utf8");

test("checks each named stack once, with exit code 0 if nothing drifted", async () => {
  const { exitCode, stdout, stderr } = await lab.cli(
    ...["drift", "-s", "test", "-s", "eu", "-s", "test", "--parallel", "1", "--json", "named.json"],
  );
  expect(stdout).toContain("lab/test");
  expect(stderr).toBe("wrote named.json\n");
  expect(exitCode).toBe(0);
  expect(outline((JSON.parse(file("named.json")) as DriftReport).stacks)).toEqual([
    ".: lab/test in-sync",
    ".: lab/eu in-sync",
  ]);
});

test("checks all stacks of several directories, and does not change the selected stack", async () => {
  const all = await drift(lab, "--all-stacks", "-C", ".", "-C", "second");
  expect(outline(all.report.stacks)).toEqual([
    ".: lab/eu in-sync",
    ".: lab/test in-sync",
    "second: second/prod in-sync",
  ]);
  expect((await lab.succeed("stack", "--show-name")).stdout.trim()).toBe("test");
});

test("reports stacks that cannot be opened or checked, checks the others, and distinguishes drift from failures by exit code", async () => {
  const { PULUMI_CONFIG_PASSPHRASE } = lab.environment;
  lab.environment.PULUMI_CONFIG_PASSPHRASE = "another";
  await lab.succeed("stack", "init", "other-passphrase", "--no-select");
  lab.environment.PULUMI_CONFIG_PASSPHRASE = PULUMI_CONFIG_PASSPHRASE;
  lab.emulator.change("lab-eu", { connected_tag_id: "7" });
  lab.emulator.setAccount("lab-test", { revoked: true });
  const all = await drift(lab, "--all-stacks");
  expect(outline(all.report.stacks)).toEqual([
    ".: lab/eu drifted",
    ".: lab/other-passphrase ",
    ".: lab/test revoked",
  ]);
  expect(all.report.stacks.map(({ errors }) => errors)).toEqual([
    [],
    [expect.stringContaining("passphrase")],
    [],
  ]);
  const failed = await drift(lab);
  expect([all, failed].map(({ exitCode }) => exitCode)).toEqual([10, 1]);
  lab.emulator.setAccount("lab-test", { revoked: false });
  await lab.succeed("stack", "rm", "other-passphrase", "--yes", "--force");
});

test("checks a locked stack, and fails to fix its drift with an error that names the lock", async () => {
  const locks = join(lab.directory, "backend/.pulumi/locks/organization/lab/eu");
  mkdirSync(locks, { recursive: true });
  writeFileSync(
    join(locks, "another.json"),
    JSON.stringify({ pid: 1, username: "somebody", hostname: "elsewhere", timestamp: new Date() }),
  );
  lab.emulator.clearRequests();
  const { report, exitCode } = await drift(lab, "-s", "eu", "--fix", "--yes");
  expect(outline(report.stacks)).toEqual([".: lab/eu drifted"]);
  expect(report.stacks[0]?.errors).toEqual([expect.stringMatching(/^fixing drift: .*locked/s)]);
  expect(exitCode).toBe(10);
  expect(lab.writes()).toEqual([]);
  rmSync(locks, { recursive: true });
});

test("replaces report files as a whole, and reports drift although another report cannot be written", async () => {
  writeFileSync(join(lab.directory, "report.json"), "old");
  symlinkSync(join(lab.directory, "report.json"), join(lab.directory, "link.json"));
  const { exitCode, stdout, stderr } = await lab.cli(
    ...["drift", "-s", "eu", "--json", "link.json", "--html", "/dev/full", "--markdown"],
  );
  expect(JSON.parse(file("report.json"))).toMatchObject({ version: 2, exitCode: 7 });
  expect(stdout).toContain("shop");
  expect(stdout).toContain("connectedTagId");
  expect(stderr).toContain("--html: /dev/full cannot be written");
  expect(exitCode).toBe(10);
  expect(readdirSync(lab.directory).filter((name) => /json\.|html\./.test(name))).toEqual([]);
});

test("reports in one line that standard output cannot be written, and reports drift by the exit code", async () => {
  const command = `node ${join(repository, "dist/cli/main.js")} drift -s eu --json > /dev/full`;
  const { exitCode, stderr } = await lab.process("bash", "-c", command);
  expect(stderr).toMatch(/^error: standard output cannot be written: ENOSPC.*$/m);
  expect(stderr).not.toContain("node:events");
  expect(exitCode).toBe(10);
});

test("reports drift of a stack although another one is missing", async () => {
  const { exitCode, stdout } = await lab.cli("drift", "--stack", "nope", "--stack", "eu");
  expect(stdout).toContain("connectedTagId");
  expect(stdout).toContain("no stack named 'nope' found");
  expect(exitCode).toBe(10);
});

test.each([
  [["-s", "test"], "drift --fix`"],
  [["-s", "eu"], "drift --fix --stack eu`"],
  [["-C", "second"], "drift --fix --cwd second --stack prod`"],
])(
  "%j names the command that fixes the drift of that stack from the current directory",
  async (args, command) => {
    for (const name of accounts) lab.emulator.change(name, { connected_tag_id: "7" });
    await lab.succeed("stack", "select", "test");
    const { stdout } = await lab.cli("drift", ...args);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`\`npx pulumi-pinterest ${command}`);
  },
);

test.each([
  [["-s", "nowhere"], "no stack named 'nowhere'"],
  [["-C", "node_modules"], "there is no Pulumi project in node_modules"],
])("%j fails without a request to Pinterest", async (args, message) => {
  lab.emulator.clearRequests();
  const { exitCode, stdout, stderr } = await lab.cli("drift", ...args);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(lab.emulator.requests()).toEqual([]);
});

test("reports that no engine is on PATH", async () => {
  const { PATH } = lab.environment;
  lab.environment.PATH = join(process.execPath, "..");
  const { exitCode, stderr } = await lab.cli("drift");
  lab.environment.PATH = PATH;
  expect(stderr).toContain("is `pulumi` on PATH?");
  expect(exitCode).toBe(1);
});
