import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { accountCommand } from "./helpers/account-command";
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

test("reports no problems in a valid project, and writes nothing", async () => {
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
  const state = await lab.exported();
  lab.emulator.clearRequests();

  const run = await lab.cli("doctor", "--json");
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const { checks, summary } = reportIn(run);
  expect(summary).toEqual({ ok: checks.length, warnings: 0, errors: 0 });
  expect(checks.filter(({ group }) => group !== "accounts").map(({ id }) => id)).toEqual([
    "node",
    "engine",
    "package",
    "sdk",
    "backend",
    "stack",
    "configuration",
    "proxy",
    "api",
  ]);
  expect(checks.find(({ id }) => id === "stack")?.found).toBe(
    `stack 'test' of project '${lab.project}', with 2 integrations`,
  );
  expect(
    checks.filter(({ id }) => id === "account-access").map(({ account, found }) => [account, found]),
  ).toEqual([
    [undefined, "Pinterest accepts the access token in PINTEREST_ACCESS_TOKEN"],
    ["north", "Pinterest accepts the access token in pinterest:accounts"],
  ]);
  expect(lab.writes()).toEqual([]);
  // One request without a token, and one for each account.
  expect(lab.emulator.counters().requests).toBe(3);
  expect(lab.emulator.counters().accounts).toEqual({ "shop-1": { GET: 1 }, "shop-2": { GET: 1 } });
  expect(await lab.exported()).toBe(state);
  expect(leaksIn("output", lab.transcript, secrets)).toEqual([]);
});

test("reports a stack that is unreadable or missing, and an engine that is not logged in", async () => {
  await lab.succeed("stack", "change-secrets-provider", "passphrase");
  lab.environment.PULUMI_CONFIG_PASSPHRASE = "wrong";
  const unreadable = await doctor();
  expect(ids(unreadable.checks, "error")).toEqual(["stack"]);
  expect(unreadable.checks.find(({ id }) => id === "stack")?.found).toMatch(
    /^the configuration of stack 'test' of project 'lab-\w+' cannot be read: incorrect passphrase/,
  );
  expect(unreadable.checks.find(({ id }) => id === "stack")?.remedy).toContain("PULUMI_CONFIG_PASSPHRASE");
  lab.environment.PULUMI_CONFIG_PASSPHRASE = "test";

  const missing = await doctor("-s", "nope");
  expect(ids(missing.checks, "error")).toEqual(["stack"]);

  delete lab.environment.PULUMI_BACKEND_URL;
  const loggedOut = await doctor();
  expect(ids(loggedOut.checks, "error")).toEqual(["backend"]);
  expect(loggedOut.checks.find(({ id }) => id === "backend")?.remedy).toMatch(/^Run `pulumi login`/);
});

test("uses a file of account names, and the token file and account command of the project's directory, and runs the command once", async () => {
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
  // The empty line is the default account.
  writeFileSync(file, `# all of them\n\n${names.join("\n")}\n`);
  const command = join(repository, "dist/cli/main.js");
  const fromElsewhere = `cd / && exec node ${command} doctor --accounts-file ${file} -C ${lab.directory}`;
  const { output } = await lab.process("sh", "-c", fromElsewhere);
  expect(output).toMatch(
    /ok {6}13 accounts \(default account, shop-0, shop-1, …\), for example: Pinterest accepts/,
  );
  expect(runs().map((accounts) => accounts.length)).toEqual([12]);
  expect(lab.emulator.counters().operations.token).toBe(1);
  const secrets = [refresh_token, app_secret, lab.emulator.token("shop-1"), lab.emulator.token("shop-3")];
  expect(leaksIn("output", lab.transcript, secrets)).toEqual([]);
});

test("logs send uses the account in the stack's configuration, and requires a name if there are several", async () => {
  lab.environment.PINTEREST_ACCESS_TOKEN = "";
  const accounts = JSON.stringify({ a: lab.emulator.token("shop-1"), b: lab.emulator.token("shop-2") });
  await lab.succeed("config", "set", "--secret", "pinterest:accounts", accounts);
  const entry = { client_timestamp: 1, event_type: "APP", log_level: "INFO", message: "from a file" };
  writeFileSync(join(lab.directory, "app.log"), `${JSON.stringify(entry)}\n`);

  const unnamed = await lab.cli("logs", "send", "app.log");
  expect(unnamed).toMatchObject({ exitCode: 2, stdout: "" });
  expect(unnamed.stderr).toContain("2 accounts are configured: name one with --account (a, b)");

  const sent = await lab.cli("logs", "send", "app.log", "--account", "b", "--json");
  expect(sent).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(sent.stdout)).toMatchObject({ sent: 1, ended: "done" });
  expect([lab.emulator.logs("shop-1"), lab.emulator.logs("shop-2")]).toEqual([[], [entry]]);
});
