import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
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
