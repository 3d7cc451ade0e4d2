import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { accountCommand } from "./helpers/account-command";
import { edit, installPackageCopy, installSdkCopy } from "./helpers/copies";
import { repository } from "./helpers/engine";
import { Lab, type Run } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

interface Check {
  id: string;
  group: string;
  account?: string;
  status: string;
  found: string;
  remedy?: string;
}

interface Report {
  checks: Check[];
  summary: { ok: number; warnings: number; errors: number };
}

let lab: Lab;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  lab = await Lab.open({ accounts: 3, switches: { rateLimits: "standard" } });
  environment = { ...lab.environment };
});

beforeEach(() => {
  for (const name of Object.keys(lab.environment)) delete lab.environment[name];
  Object.assign(lab.environment, environment);
  lab.emulator.clearRequests();
});

afterAll(() => lab.close());

function reportIn({ stdout }: Run): Report {
  return JSON.parse(stdout) as Report;
}

async function doctor(...args: string[]): Promise<Report & { exitCode: number }> {
  const run = await lab.cli("doctor", "--json", ...args);
  return { ...reportIn(run), exitCode: run.exitCode };
}

const ids = (checks: readonly Check[], status: string) =>
  checks
    .filter((check) => check.status === status)
    .map(({ id, account }) => (account ? `${account} ${id}` : id));

test("a good project: nothing is wrong, nothing is written, and the next preview has nothing to do", async () => {
  const secrets = [lab.emulator.token("shop-1"), lab.emulator.token("shop-2")];
  await lab.succeed(
    "config",
    "set",
    "--secret",
    "pinterest:accounts",
    JSON.stringify({ north: lab.emulator.token("shop-2") }),
  );
  lab.program({
    shop: { externalBusinessId: "shop-1", connectedTagId: "1" },
    north: { externalBusinessId: "shop-2", connectedTagId: "2", account: "north" },
  });
  await lab.up();
  lab.emulator.clearRequests();

  const run = await lab.cli("doctor");
  expect(run.output).toContain("Nothing is wrong.");
  expect(run.exitCode).toBe(0);
  expect(run.stderr).toBe("");
  const { checks, summary, exitCode } = await doctor();
  expect(exitCode).toBe(0);
  expect(summary).toEqual({ ok: checks.length, warnings: 0, errors: 0 });
  expect(checks.filter(({ group }) => group !== "accounts").map(({ id }) => id)).toEqual([
    "node",
    "engine",
    "language-host",
    "package",
    "sdk",
    "backend",
    "stack",
    "stack-lock",
    "configuration",
    "proxy",
    "api",
    "clock",
  ]);
  expect(checks.find(({ id }) => id === "stack")?.found).toBe(
    "stack 'test' of project 'lab', with 2 integrations",
  );
  expect(
    checks.filter(({ id }) => id === "account-token").map(({ account, found }) => [account, found]),
  ).toEqual([
    [undefined, "an access token in PINTEREST_ACCESS_TOKEN"],
    ["north", "an access token in pinterest:accounts"],
  ]);
  expect(lab.writes()).toEqual([]);
  // Of each of two runs: one without a token, and one for each account.
  expect(lab.emulator.counters().requests).toBe(6);
  expect(lab.emulator.counters().accounts).toEqual({ "shop-1": { GET: 2 }, "shop-2": { GET: 2 } });
  expect(await lab.previewExit()).toBe(0);
  expect(leaksIn("output", lab.transcript, secrets)).toEqual([]);
});

test("a broken configuration: all that is wrong is told at once, and what is right is looked at all the same", async () => {
  const token = lab.emulator.token("shop-2");
  await lab.succeed("config", "set", "--plaintext", "pinterest:accessToken", "pina_PLAINTESTTOKEN0123456789");
  await lab.succeed("config", "set", "--secret", "pinterest:acounts", "{}");
  await lab.succeed("config", "set", "pinterest:maxAttempts", "many");
  try {
    const { checks, summary, exitCode } = await doctor();
    expect(exitCode).toBe(1);
    expect(ids(checks, "error")).toEqual(["configuration", "account-access"]);
    expect(ids(checks, "warning")).toEqual(["plain-text", "unknown-key", "overridden"]);
    expect(ids(checks, "ok")).toContain("north account-access");
    expect(summary).toMatchObject({ errors: 2, warnings: 3 });
    for (const { status, remedy } of checks) if (status !== "ok") expect(remedy).toBeTruthy();
    expect(leaksIn("output", JSON.stringify(checks), [token, "PLAINTESTTOKEN"])).toEqual([]);
    const { exitCode: named } = await doctor("-a", "north");
    expect(named).toBe(1);
  } finally {
    for (const key of ["accessToken", "acounts", "maxAttempts"]) {
      await lab.succeed("config", "rm", `pinterest:${key}`);
    }
  }
});

test("a stack that is locked, cannot be read, is not there or not chosen; an engine that is not logged in", async () => {
  const locks = join(lab.directory, "backend/.pulumi/locks/organization/lab/test");
  const lock = (pid: number) => {
    mkdirSync(locks, { recursive: true });
    const content = { pid, username: "ann", hostname: hostname(), timestamp: "2027-01-01T00:00:00Z" };
    writeFileSync(join(locks, "0.json"), JSON.stringify(content));
  };
  lock(process.pid);
  const held = await doctor();
  expect(ids(held.checks, "warning")).toEqual(["stack-lock"]);
  expect(held.exitCode).toBe(0);
  // The engine sees it too.
  expect((await lab.upFails()).output).toContain("currently locked");
  // No process has this number: it is beyond what any system gives out.
  lock(2 ** 30);
  const stale = await doctor();
  expect(stale.checks.find(({ id }) => id === "stack-lock")).toMatchObject({
    status: "error",
    remedy: expect.stringContaining("pulumi cancel test"),
  });
  rmSync(locks, { recursive: true });

  lab.environment.PULUMI_CONFIG_PASSPHRASE = "wrong";
  const unreadable = await doctor();
  expect(ids(unreadable.checks, "error")).toEqual(["stack"]);
  expect(unreadable.checks.find(({ id }) => id === "stack")?.found).toMatch(
    /^stack 'test' of project 'lab' cannot be opened: .*incorrect passphrase/,
  );
  expect(unreadable.checks.find(({ id }) => id === "stack")?.remedy).toContain("PULUMI_CONFIG_PASSPHRASE");
  lab.environment.PULUMI_CONFIG_PASSPHRASE = "test";

  const absent = await doctor("-s", "nope");
  expect(ids(absent.checks, "error")).toEqual(["stack"]);

  delete lab.environment.PULUMI_BACKEND_URL;
  const out = await doctor();
  expect(ids(out.checks, "error")).toEqual(["backend"]);
  expect(out.checks.find(({ id }) => id === "backend")?.remedy).toMatch(/^Run `pulumi login`/);
});

test("without any project the environment alone is looked at", async () => {
  const directory = join(lab.directory, "elsewhere");
  mkdirSync(directory);
  const { checks, exitCode } = await doctor("-C", directory);
  expect(exitCode).toBe(0);
  expect(ids(checks, "warning")).toEqual(["stack"]);
  expect(checks.find(({ id }) => id === "stack")?.found).toContain("the environment alone is looked at");
  expect(checks.find(({ id }) => id === "account-access")).toMatchObject({ status: "ok" });
  const { exitCode: usage, stderr } = await lab.cli("doctor", "-C", join(directory, "none"));
  expect(usage).toBe(2);
  expect(stderr).toMatch(/--cwd: .*none is no directory/);
});

test("accounts out of a file, a token file and a command, all found from the project's directory; the command is run once", async () => {
  const { refresh_token, app_id, app_secret } = lab.emulator.account("shop-3");
  lab.environment.PINTEREST_REFRESH_TOKEN = refresh_token;
  lab.environment.PINTEREST_APP_ID = app_id;
  lab.environment.PINTEREST_APP_SECRET = app_secret;
  lab.environment.PINTEREST_TOKEN_FILE = "tokens.json";
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
  const runs = accountCommand(
    lab,
    `const { accounts } = JSON.parse(input);
     console.log(JSON.stringify(Object.fromEntries(accounts.map((name) => [name, ${JSON.stringify(lab.emulator.token("shop-1"))}]))));`,
  );
  lab.environment.PINTEREST_ACCOUNT_COMMAND = "node command.cjs";
  const file = join(lab.directory, "names");
  const names = Array.from({ length: 12 }, (_, index) => `shop-${index}`);
  writeFileSync(file, `# all of them\n${names.join("\n")}\n`);
  const command = join(repository, "dist/provider/cli/main.js");
  const fromElsewhere = `cd / && exec node ${command} doctor --accounts-file ${file} -C ${lab.directory}`;
  const inFile = await lab.process("sh", "-c", fromElsewhere);
  expect(inFile.output).toMatch(
    /ok {6}12 accounts fine, but that no reading shows whether a token has ads:write/,
  );
  expect(runs().map((asked) => asked.length)).toEqual([12]);
  const twice = [await doctor(), await doctor()];
  for (const { checks } of twice) expect(ids(checks, "error")).toEqual([]);
  expect(twice[0]?.checks.find(({ id }) => id === "account-token")?.found).toMatch(/exchanged .* just now/);
  expect(twice[1]?.checks.find(({ id }) => id === "account-token")?.found).toContain("the token file keeps");
  expect(lab.emulator.counters().operations.token).toBe(1);
  const secrets = [refresh_token, app_secret, lab.emulator.token("shop-1"), lab.emulator.token("shop-3")];
  expect(leaksIn("output", lab.transcript, secrets)).toEqual([]);
});

test("an engine and an SDK that are too old", async () => {
  installSdkCopy(lab);
  installPackageCopy(lab);
  const installed = join(lab.directory, "node_modules/pulumi-pinterest/dist/provider");
  // There is no older engine here, so the package asks for a newer one.
  for (const [old, newer] of [
    [/"3\.254\.0"/, '"99.0.0"'],
    [/"3\.268\.0"/, '"98.0.0"'],
  ] as const) {
    edit(join(installed, "installation/requirements.js"), old, newer);
  }
  const run = await lab.process("node", join(installed, "cli/main.js"), "doctor", "--json");
  expect(run.exitCode).toBe(1);
  const { checks } = reportIn(run);
  expect(ids(checks, "error")).toEqual(["engine", "sdk"]);
  expect(checks.find(({ id }) => id === "engine")?.remedy).toContain("99.0.0 or newer");
});
