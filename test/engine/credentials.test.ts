import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { accountCommand } from "./helpers/account-command";
import { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

const names = Array.from({ length: 20 }, (_, index) => `merchant-${index + 1}`);
const args = (name: string) => ({ externalBusinessId: `shop-of-${name}`, account: name });

let lab: Lab;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  lab = await Lab.open();
  environment = { ...lab.environment };
  for (const name of names) lab.emulator.addAccount({ name });
});

beforeEach(() => {
  for (const name of Object.keys(lab.environment)) delete lab.environment[name];
  Object.assign(lab.environment, environment);
});

afterAll(() => lab.close());

const tokensOf = (accounts: readonly string[]) =>
  Object.fromEntries(accounts.map((name) => [name, lab.emulator.token(name)]));

const command = (script: string) => accountCommand(lab, script);

test("a preview warns once of each account whose token ends within a week, and runs no command", async () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const runs = command("process.exit(1)");
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({
    soon: { accessToken: "pina_TESTTOKEN", expiresAt: inDays(3) },
    later: { accessToken: "pina_TESTTOKEN", expiresAt: inDays(8) },
  });
  lab.program({
    a: { externalBusinessId: "shop-a", account: "soon" },
    b: { externalBusinessId: "shop-b", account: "soon" },
    c: { externalBusinessId: "shop-c", account: "later" },
    d: { externalBusinessId: "shop-d", account: "of-the-command" },
  });
  const { output } = await lab.succeed("preview");
  const [, diagnostics = ""] = output.split("Diagnostics:");
  expect(
    diagnostics.match(/warning: The access token of account 'soon' expires on \d{4}-\d\d-\d\d, in 3 days/g),
  ).toHaveLength(1);
  expect(output).not.toMatch(/account 'later'/);
  expect(runs()).toEqual([]);
  expect(leaksIn("console", output, ["TESTTOKEN"])).toEqual([]);
});

test("a command that prints all its tokens is run once for an update, and each account has its own", async () => {
  const runs = command(`console.log(${JSON.stringify(JSON.stringify(tokensOf(names)))});`);
  lab.program(Object.fromEntries(names.map((name) => [name, args(name)])));
  await lab.up();
  expect(runs()).toHaveLength(1);
  for (const name of names) {
    expect(lab.emulator.integrations(name).map((integration) => integration.external_business_id)).toEqual([
      `shop-of-${name}`,
    ]);
  }
});

test("a refresh without the program has the tokens of the command too", async () => {
  const runs = command(`console.log(${JSON.stringify(JSON.stringify(tokensOf(names)))});`);
  await lab.succeed("refresh", "--skip-preview");
  expect(runs()).toHaveLength(1);
});

test("all lookups of a program run the command once", async () => {
  const runs = command(`console.log(${JSON.stringify(JSON.stringify(tokensOf(names)))});`);
  const lookups = names.slice(0, 3).map((account) => `pinterest.getIntegrations({ account: "${account}" })`);
  lab.program(
    {},
    `exports.found = (async () => [${lookups.map((lookup) => `(await ${lookup})`).join(", ")}].length)();`,
  );
  await lab.succeed("preview");
  expect(runs()).toHaveLength(1);
});

test("a command that fails is told by account, without what it printed, and writes nothing", async () => {
  command(`console.log("TESTTOKEN"); console.error("TESTTOKEN"); process.exitCode = 3;`);
  lab.program(Object.fromEntries(names.map((name) => [name, { ...args(name), connectedTagId: "1" }])));
  lab.emulator.clearRequests();
  const { output } = await lab.upFails();
  expect(output).toMatch(
    /the account command ended with exit code 3, which leaves account 'merchant-20' without one: run it by hand/,
  );
  expect(leaksIn("console", output, ["TESTTOKEN"])).toEqual([]);
  expect(lab.emulator.requests()).toEqual([]);
});

test("an access token that ends in between is had anew, and the file spares the next run the exchange", async () => {
  const { app_id, app_secret } = lab.emulator.account("shop-1");
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
  Object.assign(lab.environment, {
    PINTEREST_REFRESH_TOKEN: lab.emulator.refreshToken("shop-1"),
    PINTEREST_APP_ID: app_id,
    PINTEREST_APP_SECRET: app_secret,
    PINTEREST_TOKEN_FILE: join(lab.directory, "tokens", "pinterest.json"),
  });
  command(`console.log(${JSON.stringify(JSON.stringify(tokensOf(names)))});`);
  const exchanges = () => lab.emulator.counters().operations.token ?? 0;
  const before = exchanges();
  lab.program({ own: { externalBusinessId: "shop-1" } });
  await lab.up();
  expect(exchanges() - before).toBe(1);
  lab.program({ own: { externalBusinessId: "shop-1", connectedTagId: "1" } });
  await lab.up();
  expect(exchanges() - before).toBe(1);
  const file = readFileSync(join(lab.directory, "tokens", "pinterest.json"), "utf8");
  lab.emulator.expireTokens("shop-1");
  // A token that was given less than a minute ago is not exchanged again.
  writeFileSync(
    join(lab.directory, "tokens", "pinterest.json"),
    file.replace(/"obtainedAt": (\d+)/, (_text, at) => `"obtainedAt": ${Number(at) - 61_000}`),
  );
  lab.program({ own: { externalBusinessId: "shop-1", connectedTagId: "2" } });
  await lab.up();
  expect(exchanges() - before).toBe(2);
  expect(lab.emulator.integrations("shop-1")).toMatchObject([{ connected_tag_id: "2" }]);
  const state = await lab.exported();
  const secrets = [
    app_secret,
    lab.emulator.refreshToken("shop-1"),
    lab.environment.PINTEREST_REFRESH_TOKEN ?? "",
  ];
  expect(leaksIn("state", state, secrets)).toEqual([]);
  expect(leaksIn("console", lab.transcript, secrets)).toEqual([]);
});
