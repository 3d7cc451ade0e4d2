import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { StackReport } from "../../provider/look/report";
import { drift } from "./helpers/drift";
import { Lab } from "./helpers/lab";

let lab: Lab;

/** Each stack declares a merchant of its own, in the account of the same name. */
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
  await lab.up();
  await lab.up("-s", "eu");
  await lab.up("-C", "second");
});

afterAll(() => lab.close());

function outline(stacks: readonly StackReport[]): string[] {
  return stacks.map(
    ({ project, stack, directory, merchants }) =>
      `${directory}: ${project}/${stack} ${merchants.map(({ status }) => status).join()}`,
  );
}

test("without drift the table says so, with exit code 0", async () => {
  const { exitCode, stdout, stderr } = await lab.cli("drift");
  expect(stdout).toContain("lab/test");
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
});

test("every stack that is named in every directory is looked at, and another stack stays selected", async () => {
  const named = await drift(lab, "-s", "test", "-s", "eu", "-s", "test", "--parallel", "1");
  expect(outline(named.report.stacks)).toEqual([".: lab/test same", ".: lab/eu same"]);
  const all = await drift(lab, "--all-stacks", "-C", ".", "-C", "second");
  expect(outline(all.report.stacks)).toEqual([
    ".: lab/eu same",
    ".: lab/test same",
    "second: second/prod same",
  ]);
  expect((await lab.succeed("stack", "--show-name")).stdout.trim()).toBe("test");
});

test("drift alone ends with 7, failures alone with 1, and both with 10", async () => {
  lab.emulator.change("lab-eu", { connected_tag_id: "7" });
  const drifted = await drift(lab, "--all-stacks");
  lab.emulator.setAccount("lab-test", { revoked: true });
  const both = await drift(lab, "--all-stacks");
  const failed = await drift(lab);
  expect([drifted, both, failed].map(({ exitCode }) => exitCode)).toEqual([7, 10, 1]);
  expect(outline(both.report.stacks)).toEqual([".: lab/eu drifted", ".: lab/test revoked"]);
  lab.emulator.setAccount("lab-test", { revoked: false });
});

test("a stack that cannot be worked with is an error of its own, and the others are looked at", async () => {
  const { PULUMI_CONFIG_PASSPHRASE } = lab.environment;
  lab.environment.PULUMI_CONFIG_PASSPHRASE = "another";
  await lab.succeed("stack", "init", "sealed", "--no-select");
  lab.environment.PULUMI_CONFIG_PASSPHRASE = PULUMI_CONFIG_PASSPHRASE;
  const { report, exitCode } = await drift(lab, "--all-stacks");
  expect(outline(report.stacks)).toEqual([".: lab/eu drifted", ".: lab/sealed ", ".: lab/test same"]);
  expect(report.stacks.map(({ errors }) => errors)).toEqual([
    [],
    [expect.stringContaining("passphrase")],
    [],
  ]);
  expect(exitCode).toBe(10);
  await lab.succeed("stack", "rm", "sealed", "--yes", "--force");
});

test("a locked stack is looked at all the same; healing it says that it is locked, and keeps the drift", async () => {
  const locks = join(lab.directory, "backend/.pulumi/locks/organization/lab/eu");
  mkdirSync(locks, { recursive: true });
  writeFileSync(
    join(locks, "another.json"),
    JSON.stringify({ pid: 1, username: "somebody", hostname: "elsewhere", timestamp: new Date() }),
  );
  lab.emulator.clearRequests();
  const { report, exitCode } = await drift(lab, "-s", "eu", "--heal", "--yes");
  expect(outline(report.stacks)).toEqual([".: lab/eu drifted"]);
  expect(report.stacks[0]?.errors).toEqual([expect.stringMatching(/^healing: .*locked/s)]);
  expect(exitCode).toBe(10);
  expect(lab.writes()).toEqual([]);
  rmSync(locks, { recursive: true });
});

test("documents replace files as a whole, next to the table or one document on standard output", async () => {
  const file = join(lab.directory, "report.json");
  writeFileSync(file, "old");
  symlinkSync(file, join(lab.directory, "link.json"));
  const { exitCode, stdout } = await lab.cli(
    "drift",
    "-s",
    "eu",
    "--json",
    "link.json",
    "--html",
    "page.html",
    "--markdown",
  );
  expect(exitCode).toBe(7);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 1, exitCode: 7 });
  expect(readFileSync(join(lab.directory, "page.html"), "utf8")).toContain("<html");
  expect(stdout).toContain("shop");
  expect(readdirSync(lab.directory).filter((name) => /json\.|html\./.test(name))).toEqual([]);
});

test.each([
  [["-s", "nowhere"], 1, "no stack named 'nowhere'"],
  [["-C", "node_modules"], 1, "there is no Pulumi project in node_modules"],
  [["-C", "no/such"], 2, "there is no directory no/such"],
  [["--all-stacks", "-s", "eu"], 2, "--all-stacks and --stack cannot be given together"],
  [["--json", "--markdown"], 2, "both go to standard output"],
  [["--html", "no/such/page.html"], 2, "there is no directory"],
  [["--yes"], 2, "with --heal only"],
  [["--parallel", "0"], 2, "from 1 to 64"],
])("%j is refused with %i, and nothing is asked of Pinterest", async (args, code, says) => {
  lab.emulator.clearRequests();
  const { exitCode, stdout, stderr } = await lab.cli("drift", ...args);
  expect(stderr).toContain(says);
  expect(exitCode).toBe(code);
  expect(stdout).toBe("");
  expect(lab.emulator.requests()).toEqual([]);
});

test("without an engine on PATH it says so", async () => {
  const { PATH } = lab.environment;
  lab.environment.PATH = join(process.execPath, "..");
  const { exitCode, stderr } = await lab.cli("drift");
  lab.environment.PATH = PATH;
  expect(stderr).toContain("is `pulumi` on PATH?");
  expect(exitCode).toBe(1);
});
