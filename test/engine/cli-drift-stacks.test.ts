import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { StackReport } from "../../stack/report";
import { type DriftRun, drift } from "./helpers/drift";
import { repository } from "./helpers/engine";
import { Lab } from "./helpers/lab";

let lab: Lab;

/** Declares one integration per stack, in the account of the same name. */
const program = `const name = pulumi.getProject().replace(/-.*/, "") + "-" + pulumi.getStack();
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
  writeFileSync(join(second, "Pulumi.yaml"), project.replace(`name: ${lab.project}`, "name: second"));
  await lab.succeed("stack", "init", "eu", "--no-select");
  await lab.succeed("stack", "init", "prod", "-C", "second");
  await Promise.all([lab.up(), lab.up("-s", "eu"), lab.up("-C", "second")]);
  for (const name of accounts) lab.emulator.change(name, { connected_tag_id: "7" });
});

afterAll(() => lab.close());

function outline(stacks: readonly StackReport[]): string[] {
  return stacks.map(
    ({ project, stack, directory, merchants }) =>
      `${directory}: ${project.replace(lab.project, "lab")}/${stack} ${merchants.map(({ status }) => status).join()}`,
  );
}

const file = (name: string) => readFileSync(join(lab.directory, name), "utf8");

describe("a check of all stacks of several directories", () => {
  let all: DriftRun;

  beforeAll(async () => {
    const { PULUMI_CONFIG_PASSPHRASE } = lab.environment;
    lab.environment.PULUMI_CONFIG_PASSPHRASE = "another";
    await lab.succeed("stack", "init", "other-passphrase", "--no-select");
    lab.environment.PULUMI_CONFIG_PASSPHRASE = PULUMI_CONFIG_PASSPHRASE;
    all = await drift(lab, "--all-stacks", "-C", ".", "-C", "second", "--markdown", "all.md");
  });

  test("checks each stack, although one cannot be opened", async () => {
    expect(outline(all.report.stacks)).toEqual([
      ".: lab/eu drifted",
      ".: lab/other-passphrase ",
      ".: lab/test drifted",
      "second: second/prod drifted",
    ]);
    expect(all.report.stacks.map(({ errors }) => errors)).toEqual([
      [],
      [expect.stringContaining("passphrase")],
      [],
      [],
    ]);
    expect(all.exitCode).toBe(17);
  });

  test("does not change the selected stack", async () => {
    expect((await lab.succeed("stack", "--show-name")).stdout.trim()).toBe("test");
  });

  test.each([
    ["the selected stack", "drift --fix --stack test`"],
    ["another stack", "drift --fix --stack eu`"],
    ["a stack in another directory", "drift --fix --cwd second --stack prod`"],
  ])("reports the command that fixes %s from the current directory", (_, command) => {
    expect(file("all.md")).toContain(`\`npx pulumi-pinterest ${command}`);
  });
});

describe("a fix of named stacks", () => {
  let fix: DriftRun;

  beforeAll(async () => {
    const locks = join(lab.directory, `backend/.pulumi/locks/organization/${lab.project}/eu`);
    mkdirSync(locks, { recursive: true });
    writeFileSync(
      join(locks, "another.json"),
      JSON.stringify({ pid: 1, username: "somebody", hostname: "elsewhere", timestamp: new Date() }),
    );
    lab.emulator.clearRequests();
    fix = await drift(lab, ...["-s", "nope", "-s", "eu", "-s", "nope", "-s", "eu", "--fix", "--yes"]);
    rmSync(locks, { recursive: true });
  });

  test("checks each once, although one is missing and one is locked", () => {
    const [missing, locked] = fix.report.stacks;
    expect(fix.report.stacks.map(({ stack }) => stack)).toEqual(["nope", "eu"]);
    expect(locked?.merchants).toMatchObject([{ status: "drifted" }]);
    expect(missing?.errors).toEqual([expect.stringContaining("no stack named 'nope' found")]);
    expect(fix.exitCode).toBe(17);
  });

  test("fails for a locked stack with an error that names the lock", () => {
    expect(fix.report.stacks[1]?.errors).toEqual([expect.stringMatching(/^fixing drift: .*locked/s)]);
    expect(lab.writes()).toEqual([]);
  });
});

test("replaces report files as a whole, and reports drift although standard output cannot be written", async () => {
  writeFileSync(join(lab.directory, "report.json"), "old");
  symlinkSync(join(lab.directory, "report.json"), join(lab.directory, "link.json"));
  const command = `node ${join(repository, "dist/cli/main.js")} drift -s eu --json link.json > /dev/full`;
  const { exitCode, stderr } = await lab.process("bash", "-c", command);
  expect(JSON.parse(file("report.json"))).toMatchObject({ version: 1, exitCode: 7 });
  expect(stderr).toContain("wrote link.json\n");
  expect(stderr).toMatch(/^error: standard output cannot be written: ENOSPC.*$/m);
  expect(stderr).not.toContain("node:events");
  expect(exitCode).toBe(17);
  expect(readdirSync(lab.directory).filter((name) => /json\./.test(name))).toEqual([]);
});

test("fails without a request to Pinterest if the only stack is missing", async () => {
  lab.emulator.clearRequests();
  const { exitCode, stdout, stderr } = await lab.cli("drift", "-s", "nowhere");
  expect(stderr).toContain("no stack named 'nowhere'");
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
