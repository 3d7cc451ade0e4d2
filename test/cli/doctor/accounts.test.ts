import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type AccountContext, checkAccount } from "../../../cli/doctor/accounts";
import { type Emulator, type PresetName, startEmulator } from "../../../emulator";
import { type Clients, readConfiguration } from "../../../provider/config";
import { expectPrivate, testOnPosix } from "../../platform";
import { hostWith } from "../../run-context";
import { temporaryDirectory } from "../../temporary-directory";
import { type Conditions, checkedAccounts, problemsIn, summaryOf } from "./helpers/checked-accounts";

let emulator: Emulator;
let directory: string;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.reset();
  directory = temporaryDirectory();
});
afterAll(() => emulator.stop());

const json = JSON.stringify;
const withoutAccount = () => ({ apiUrl: emulator.url });
const withAccessToken = () => ({ ...withoutAccount(), accessToken: emulator.token() });

function withRefreshToken(account = "shop-1") {
  const { refresh_token, app_id, app_secret } = emulator.account(account);
  return { ...withoutAccount(), refreshToken: refresh_token, appId: app_id, appSecret: app_secret };
}

async function onlyProblem(values: Parameters<typeof checkedAccounts>[0], conditions?: Conditions) {
  const { checks } = await checkedAccounts(values, conditions);
  const problems = checks.filter(({ status }) => status !== "ok");
  expect(problems).toHaveLength(1);
  return problems[0];
}

test("sends one read for a valid token, and reports the results", async () => {
  emulator.setSwitches({ rateLimits: "standard" });
  const { checks, notes } = await checkedAccounts(withAccessToken());
  expect(checks.map(summaryOf)).toEqual([
    "- accounts ok: 1 account; doctor cannot verify the scope ads:write",
    "- account-access ok: Pinterest accepts the access token in pinterest:accessToken",
    "- account-limits ok: Standard access: 100 requests in 1 s (99 left), 1,000 requests of ads_read in 60 s",
  ]);
  expect(notes).toEqual([]);
  expect(emulator.requests().map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /v5/integrations?page_size=1",
  ]);
});

test("reports trial access with the remaining requests of the day", async () => {
  emulator.setSwitches({ rateLimits: "trial" });
  const problem = await onlyProblem(withAccessToken());
  expect(problem).toMatchObject({ id: "account-limits", status: "warning" });
  expect(problem?.found).toBe("Trial access: 100 requests in 1 s (99 left), 1,000 requests of trial a day");
  expect(problem?.remedy).toContain(
    "only when they are nearly used up. To get a higher one, ask Pinterest for",
  );
  emulator.setSwitches({ rateLimits: { ads_read: [{ limit: 50, window: 86_400 }] } });
  const ofDay = await onlyProblem(withAccessToken());
  expect(ofDay?.found).toMatch(/50 requests.* a day \(49 left\)$/);
  expect(ofDay?.remedy).not.toContain("nearly used up");
});

test.each<[PresetName, RegExp, RegExp]>([
  [
    "authentication-failed",
    /HTTP 401, code 2/,
    /^Set a valid access token in `pinterest:accessToken`: .* wrong, expired or revoked.*`pulumi config set --secret pinterest:accessToken --stack prod`\.$/,
  ],
  ["missing-scope", /HTTP 401, code 3/, /lacks a scope: this operation needs the scope ads:read/],
  ["restricted-feature", /code 3: .*restricted feature/, /ask your Pinterest account manager/],
  ["not-permitted", /HTTP 403, code 29/, /belongs to another account/],
  ["account-disapproved", /HTTP 403, code 2625/, /disapproved the account/],
  ["rate-limit-day", /HTTP 429/, /a limit per day/],
  ["spam", /HTTP 429/, /as spam/],
  ["unavailable", /HTTP 503/, /Run again later/],
])("reports %s with its remedy", async (preset, found, remedy) => {
  emulator.armFault({ kind: "response", preset, operation: "list", times: "all" });
  const problem = await onlyProblem(withAccessToken());
  expect(problem).toMatchObject({ id: "account-access", group: "accounts", status: "error" });
  expect(problem?.found).toMatch(found);
  expect(problem?.remedy).toMatch(remedy);
});

test("names the command that replaces a wrong or expiring token of a named account", async () => {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const tokens = {
    north: { accessToken: "pina_wrong" },
    south: { accessToken: emulator.token(), expiresAt },
  };
  const { checks } = await checkedAccounts({ ...withoutAccount(), accounts: json(tokens) });
  const command =
    "`pulumi config set --secret pinterest:accounts --stack prod`, with the tokens of all accounts.";
  for (const [account, id] of [
    ["north", "account-access"],
    ["south", "account-expiry"],
  ]) {
    const check = checks.find((each) => each.account === account && each.id === id);
    expect(check?.remedy).toContain(command);
  }
});

test("ignores a temporary failure", async () => {
  emulator.armFault({ kind: "response", preset: "unavailable", operation: "list" });
  emulator.armFault({ kind: "response", preset: "rate-limit", operation: "list", skip: 1 });
  expect(problemsIn((await checkedAccounts(withAccessToken())).checks)).toEqual([]);
});

test("exchanges a refresh token once, and reports the exchange", async () => {
  const values = { ...withRefreshToken(), tokenFile: join(directory, "tokens.json") };
  const first = await checkedAccounts(values);
  expect(first.checks.map(summaryOf)).toEqual(
    expect.arrayContaining([
      "- account-access ok: Pinterest accepts the refresh token in pinterest:refreshToken",
      "- account-scopes ok: ads:read, ads:write",
      expect.stringMatching(/^- account-expiry ok: the refresh token expires on \d{4}-/),
    ]),
  );
  expectPrivate(values.tokenFile);
  const second = await checkedAccounts(values);
  expect(second.checks.map(summaryOf)).toContain(
    "- account-access ok: Pinterest accepts the refresh token in pinterest:refreshToken",
  );
  expect(emulator.counters().operations.token).toBe(1);
  expect(json([first, second])).not.toMatch(/pin[ar]_|emulator_app_secret/);
});

testOnPosix("file modes")("reports a token file that other users can read", async () => {
  const values = { ...withRefreshToken(), tokenFile: join(directory, "tokens.json") };
  writeFileSync(values.tokenFile, '{"version": 1, "tokens": {}}', { mode: 0o644 });
  const problem = await onlyProblem(values);
  expect(problem).toMatchObject({ id: "account-access", status: "error" });
  expect(problem?.found).toContain("other users can access it (mode 0644)");
  expect(problem?.remedy).toContain(`chmod 600 ${values.tokenFile}`);
});

test("warns about a new refresh token that is not saved", async () => {
  const problem = await onlyProblem(withRefreshToken());
  expect(problem).toMatchObject({ id: "account-access", status: "warning" });
  expect(problem?.found).toContain("issued a new refresh token, which is not saved");
  expect(problem?.remedy).toContain("PINTEREST_TOKEN_FILE");
});

test("warns about a refresh token without ads:write", async () => {
  emulator.setAccount("shop-1", { scopes: ["ads:read"] });
  const problem = await onlyProblem({ ...withRefreshToken(), tokenFile: join(directory, "tokens.json") });
  expect(problem).toMatchObject({
    id: "account-scopes",
    status: "warning",
    found: "ads:read, without ads:write",
  });
});

test("reports a revoked refresh token with the remedy", async () => {
  emulator.setAccount("shop-1", { revoked: true });
  const problem = await onlyProblem(withRefreshToken());
  expect(problem).toMatchObject({ id: "account-access", status: "error" });
  expect(problem?.found).toMatch(
    /^no usable access token: Pinterest rejected the refresh with HTTP 401, code 283/,
  );
  expect(problem?.remedy).toContain("The merchant must connect to the app again");
});

test("warns about a token that expires soon, reports an expired one as an error, and accepts others", async () => {
  const day = 86_400_000;
  const now = Date.UTC(2027, 0, 10);
  const expiringIn = (days: number) => ({ accessToken: emulator.token(), expiresAt: now + days * day });
  const accounts = json({ far: expiringIn(90), past: expiringIn(-1), soon: expiringIn(3) });
  const { checks } = await checkedAccounts({ ...withoutAccount(), accounts }, { now });
  expect(checks.filter(({ id }) => id === "account-expiry").map(summaryOf)).toEqual([
    "far account-expiry ok: the access token expires on 2027-04-10",
    "past account-expiry error: the access token expired on 2027-01-09",
    "soon account-expiry warning: the access token expires on 2027-01-13, in 3 days",
  ]);
});

test("runs the account command once for all named accounts, and assigns each failure to its account", async () => {
  const [script, runs] = [join(directory, "command.cjs"), join(directory, "runs")];
  const names = Array.from({ length: 20 }, (_, index) => `shop-${index}`);
  const printed = Object.fromEntries(
    names.map((name) => [name, { accessToken: emulator.token(), expiresAt: Date.now() + 86_400_000 }]),
  );
  const output = { ...printed, "shop-3": { revoked: true, reason: "ended on 3 May" } };
  writeFileSync(
    script,
    `require("node:fs").appendFileSync(${json(runs)}, "x"); console.log(${json(json(output))})`,
  );
  const accountCommand = json([process.execPath, script]);
  const { checks, notes } = await checkedAccounts(
    { ...withoutAccount(), accountCommand },
    { account: [...names, "shop-x"] },
  );
  expect(statSync(runs).size).toBe(1);
  expect(problemsIn(checks).filter((problem) => !problem.includes("account-expiry"))).toEqual([
    expect.stringMatching(
      /^shop-3 account-access error: .*reports account 'shop-3' as revoked: ended on 3 May$/,
    ),
    expect.stringMatching(
      /^shop-x account-access error: .*the account command printed no token for account 'shop-x'/,
    ),
  ]);
  expect(problemsIn(checks)).toContain(
    `shop-1 account-expiry warning: the access token expires on ${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}, in a day`,
  );
  expect(notes).toEqual([]);
});

test("warns that the account command did not run, before state names its accounts", async () => {
  const values = {
    ...withoutAccount(),
    accountCommand: "exit 1",
    accounts: json({ north: emulator.token() }),
  };
  expect(await onlyProblem(values)).toMatchObject({
    id: "accounts",
    status: "warning",
    found: "pinterest:accountCommand did not run: no account to check needs it",
    remedy: expect.stringContaining("so `doctor` cannot check them. To check one, add `--account NAME`."),
  });
  expect(problemsIn((await checkedAccounts(values, { account: ["north"] })).checks)).toEqual([]);
  expect(problemsIn((await checkedAccounts(values, { used: ["north"] })).checks)).toEqual([]);
});

test("adds the account command's time limit to that of a request", async () => {
  const values: Record<string, string> = { accountCommand: "tokens", accountCommandTimeout: "60" };
  const configuration = { ...readConfiguration((key) => values[key], hostWith()), operationTimeoutMs: 3_000 };
  const timeouts: unknown[] = [];
  const listIntegrations = async (_: unknown, options: { operationTimeoutMs: number }) =>
    timeouts.push(options.operationTimeoutMs);
  const dependencies: AccountContext = {
    configuration,
    values: new Map(),
    clients: { client: () => ({ listIntegrations }) } as unknown as Clients,
    eventsOf: () => ({}),
    now: Date.now,
    onStack: "",
  };
  await checkAccount("north", dependencies);
  await checkAccount("north", {
    ...dependencies,
    configuration: { ...configuration, accounts: new Map([["north", { accessToken: "pina_a" }]]) },
  });
  expect(timeouts).toEqual([63_000, 3_000]);
});

test("checks the accounts of the stack's integrations in addition to the configured ones", async () => {
  const accounts = json({ north: emulator.token() });
  const { checks } = await checkedAccounts(
    { ...withoutAccount(), accounts },
    { used: [undefined, "nort"], providers: ["west"] },
  );
  expect(checks[0]?.found).toBe(
    "3 accounts; doctor cannot verify the scope ads:write; the tokens of explicit providers (west) are not checked",
  );
  expect(checks.filter(({ status }) => status === "error")).toEqual([
    {
      id: "account-access",
      group: "accounts",
      status: "error",
      found: "no access token",
      remedy: expect.stringMatching(/^Set `pinterest:accessToken`/),
    },
    expect.objectContaining({ account: "nort", remedy: expect.stringContaining("Did you mean 'north'?") }),
  ]);
});

test("checks only the named accounts", async () => {
  const accounts = json({ north: emulator.token(), south: "pina_wrong" });
  const { checks } = await checkedAccounts(
    { ...withoutAccount(), accounts },
    { account: ["north"], used: ["south"] },
  );
  expect(problemsIn(checks)).toEqual([]);
});

test("warns if the account command lists no accounts, with the options that name them", async () => {
  const { checks } = await checkedAccounts({ ...withoutAccount(), accountCommand: "exit 1" });
  expect(checks).toEqual([
    {
      id: "accounts",
      group: "accounts",
      status: "warning",
      found: "no token was checked: the account command prints tokens, but no list of accounts",
      remedy: "Name the accounts with --account or --accounts-file.",
    },
  ]);
});

test("warns about a missing configuration, because only state shows whether a program has explicit providers", async () => {
  const [unconfigured] = (await checkedAccounts(withoutAccount())).checks;
  expect(unconfigured).toMatchObject({
    id: "accounts",
    status: "warning",
    found: "no account is configured",
  });
  expect(unconfigured?.remedy).toMatch(
    /^Set `pinterest:accessToken`.* doctor cannot check .* before the first `pulumi up`\.$/,
  );
  const [withProvider] = (await checkedAccounts(withoutAccount(), { providers: ["west"] })).checks;
  expect(withProvider).toMatchObject({ id: "accounts", status: "ok" });
});

test.each([
  ["is not JSON", "{"],
  ["has an account with an empty token", json({ north: "" })],
])("checks no account if the configuration of the accounts %s", async (_what, accounts) => {
  const { checks } = await checkedAccounts({ ...withAccessToken(), accounts }, { used: ["north"] });
  expect(checks.map(summaryOf)).toEqual([
    "- accounts warning: not checked: the configuration of the accounts is not valid",
  ]);
});

test("reads an empty line in the accounts file as the default account, and ignores comments", async () => {
  const accountsFile = join(directory, "names");
  writeFileSync(accountsFile, "# of all shops\nnorth\n\n");
  const accounts = json({ north: emulator.token() });
  const { checks } = await checkedAccounts({ ...withAccessToken(), accounts }, { accountsFile });
  expect(checks[0]?.found).toMatch(/^2 accounts;/);
  expect(checks.filter(({ id }) => id === "account-access").map(({ account }) => account)).toEqual([
    undefined,
    "north",
  ]);
});

test("checks the environment's accounts if the stack cannot be read, and does not report missing accounts", async () => {
  const { checks } = await checkedAccounts(withoutAccount(), { isUnreadable: true });
  expect(checks).toMatchObject([{ id: "accounts", status: "warning" }]);
  expect(problemsIn((await checkedAccounts(withAccessToken(), { isUnreadable: true })).checks)).toEqual([]);
});

test("sends, exchanges and requests no token if Pinterest cannot be reached", async () => {
  const accounts = json({ north: "pina_a", south: { accessToken: "pina_b", expiresAt: "2020-01-01" } });
  const values = { ...withRefreshToken(), accounts, accountCommand: "exit 1" };
  const { checks } = await checkedAccounts(values, {
    isReachable: false,
    account: ["north", "south", "other"],
  });
  expect(problemsIn(checks)).toEqual([
    "- accounts warning: 3 accounts, not checked because the check of Pinterest's API failed",
    "south account-expiry error: the access token expired on 2020-01-01",
  ]);
  expect(emulator.requests()).toEqual([]);
});

test("gives up on an account that does not respond, and does not delay the others", async () => {
  emulator.armFault({ kind: "hang", account: "shop-2", times: "all" });
  const accounts = json({ a: emulator.token("shop-2"), b: emulator.token("shop-1") });
  const { checks } = await checkedAccounts({ ...withoutAccount(), accounts, operationTimeout: "3" });
  expect(problemsIn(checks)).toEqual([
    expect.stringMatching(/^a account-access error: timed out after [\d.]+ s/),
  ]);
});

test("prints no token, even if the response repeats it", async () => {
  const accessToken = emulator.token();
  const body = { code: 2, message: `bad token ${accessToken} and Bearer ${accessToken}`, status: "failure" };
  emulator.armFault({ kind: "response", status: 401, body, operation: "list" });
  const { checks } = await checkedAccounts(withAccessToken());
  expect(json(checks)).toContain("bad token");
  expect(json(checks)).not.toContain(accessToken);
});
