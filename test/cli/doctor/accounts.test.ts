import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, type PresetName, startEmulator } from "../../../emulator";
import { stopTimeLimits } from "../../api/helpers/time-limits";
import {
  commandFailed,
  dailyLimit,
  missingScope,
  noDefaultToken,
  pattern,
  wrongToken,
} from "../../expected/messages";
import { expectPrivate } from "../../platform";
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

test("reports trial access, with the remaining requests of the day if Pinterest names them", async () => {
  emulator.setSwitches({ rateLimits: "trial" });
  expect(await onlyProblem(withAccessToken())).toMatchObject({
    id: "account-limits",
    status: "warning",
    found: "Trial access: 100 requests in 1 s (99 left), 1,000 requests of trial a day",
    remedy: expect.stringContaining("only when they are nearly used up. To get a higher one, ask Pinterest"),
  });
  emulator.setSwitches({ rateLimits: { ads_read: [{ limit: 50, window: 86_400 }] } });
  expect((await onlyProblem(withAccessToken()))?.found).toMatch(/50 requests.* a day \(49 left\)$/);
});

test.each<[PresetName, RegExp, RegExp]>([
  [
    "authentication-failed",
    /HTTP 401, code 2/,
    new RegExp(
      `^${wrongToken(" in `pinterest:accessToken`")}.*\`pulumi config set --secret pinterest:accessToken --stack prod\`\\.$`,
    ),
  ],
  ["missing-scope", /HTTP 401, code 3/, new RegExp(missingScope("ads:read"))],
  ["rate-limit-day", /HTTP 429/, new RegExp(pattern(dailyLimit()))],
])("reports %s with its remedy", async (preset, found, remedy) => {
  emulator.armFault({ kind: "response", preset, operation: "list", times: "all" });
  const problem = await onlyProblem(withAccessToken());
  expect(problem).toMatchObject({ id: "account-access", group: "accounts", status: "error" });
  expect(problem?.found).toMatch(found);
  expect(problem?.remedy).toMatch(remedy);
});

test("repeats a failed read once", async () => {
  emulator.armFault({
    kind: "response",
    status: 503,
    headers: { "retry-after": "0" },
    operation: "list",
    times: "all",
  });
  const { checks } = await checkedAccounts(withAccessToken());
  expect(problemsIn(checks)).toEqual([expect.stringMatching(/^- account-access error: .*HTTP 503/)]);
  expect(emulator.requests()).toHaveLength(2);
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

test.each<[string, Partial<ReturnType<Emulator["account"]>>, saves: boolean, problem: object]>([
  [
    "warns about a new one that is not saved",
    {},
    false,
    {
      id: "account-access",
      status: "warning",
      found: expect.stringContaining("issued a new refresh token, which is not saved"),
      remedy: expect.stringContaining("PINTEREST_TOKEN_FILE"),
    },
  ],
  [
    "warns about one without ads:write",
    { scopes: ["ads:read"] },
    true,
    { id: "account-scopes", status: "warning", found: "ads:read, without ads:write" },
  ],
  [
    "reports a revoked one",
    { revoked: true },
    false,
    {
      id: "account-access",
      status: "error",
      found: expect.stringMatching(
        /^no usable access token: Pinterest rejected the refresh with HTTP 401, code 283/,
      ),
      remedy: expect.stringContaining("The merchant must connect to the app again"),
    },
  ],
])("with a refresh token, %s", async (_what, account, saves, problem) => {
  emulator.setAccount("shop-1", account);
  const tokenFile = join(directory, "tokens.json");
  expect(await onlyProblem({ ...withRefreshToken(), ...(saves && { tokenFile }) })).toMatchObject(problem);
});

test("warns about a token that expires soon, and reports an expired one as an error", async () => {
  const now = Date.UTC(2027, 0, 10);
  const expiringIn = (days: number) => ({
    accessToken: emulator.token(),
    expiresAt: now + days * 86_400_000,
  });
  const accounts = json({ far: expiringIn(90), past: expiringIn(-1), soon: expiringIn(3) });
  const { checks } = await checkedAccounts({ ...withoutAccount(), accounts }, { now });
  const expiries = checks.filter(({ id }) => id === "account-expiry");
  expect(expiries.map(summaryOf)).toEqual([
    "far account-expiry ok: the access token expires on 2027-04-10",
    "past account-expiry error: the access token expired on 2027-01-09",
    "soon account-expiry warning: the access token expires on 2027-01-13, in 3 days",
  ]);
  expect(expiries[2]?.remedy).toContain(
    "`pulumi config set --secret pinterest:accounts --stack prod`, with the tokens of all accounts.",
  );
});

test("runs the account command once for all named accounts, and assigns each failure to its account", async () => {
  const [script, runs] = [join(directory, "command.cjs"), join(directory, "runs")];
  // More accounts than it checks at the same time.
  const further = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const output = {
    ...Object.fromEntries(further.map((name) => [name, emulator.token()])),
    south: { revoked: true, reason: "ended on 3 May" },
  };
  writeFileSync(
    script,
    `require("node:fs").appendFileSync(${json(runs)}, "x"); console.log(${json(json(output))})`,
  );
  const { checks } = await checkedAccounts(
    { ...withoutAccount(), accountCommand: json([process.execPath, script]) },
    { account: [...further, "south", "west"] },
  );
  expect(statSync(runs).size).toBe(1);
  expect(problemsIn(checks)).toEqual([
    expect.stringMatching(
      /^south account-access error: .*reports account 'south' as revoked: ended on 3 May$/,
    ),
    expect.stringMatching(
      new RegExp(`^west account-access error: .*${commandFailed("printed no token for account 'west'")}`),
    ),
  ]);
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

test("checks the accounts of the stack's integrations in addition to the configured ones", async () => {
  const accounts = json({ north: emulator.token() });
  const { checks } = await checkedAccounts(
    { ...withoutAccount(), accounts },
    // Misspelled in the program.
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
      found: noDefaultToken,
      remedy: expect.stringMatching(/^Set `pinterest:accessToken`/),
    },
    expect.objectContaining({ account: "nort", remedy: expect.stringContaining("Did you mean 'north'?") }),
  ]);
});

test.each<[string, Conditions, { accountCommand?: string }, object]>([
  [
    "warns about a missing configuration",
    {},
    {},
    {
      status: "warning",
      found: "no account is configured",
      remedy: expect.stringMatching(
        /^Set `pinterest:accessToken`.* doctor cannot check .* before the first `pulumi up`\.$/,
      ),
    },
  ],
  ["accepts a program that has only explicit providers", { providers: ["west"] }, {}, { status: "ok" }],
  [
    "warns if the account command lists no accounts",
    {},
    { accountCommand: "exit 1" },
    { status: "warning", remedy: "Name the accounts with --account or --accounts-file." },
  ],
  ["warns if the stack cannot be read", { isUnreadable: true }, {}, { status: "warning" }],
])("without accounts, %s", async (_what, conditions, values, check) => {
  const { checks } = await checkedAccounts({ ...withoutAccount(), ...values }, conditions);
  expect(checks).toEqual([expect.objectContaining({ id: "accounts", ...check })]);
});

test("checks no account if the configuration of the accounts is not valid", async () => {
  const { checks } = await checkedAccounts({ ...withAccessToken(), accounts: "{" }, { used: ["north"] });
  expect(checks.map(summaryOf)).toEqual([
    "- accounts warning: not checked: the configuration of the accounts is not valid",
  ]);
  expect(emulator.requests()).toEqual([]);
});

test("sends, exchanges and requests no token if Pinterest cannot be reached", async () => {
  const accounts = json({ north: "pina_a", south: { accessToken: "pina_b", expiresAt: "2020-01-01" } });
  const values = { ...withRefreshToken(), accounts, accountCommand: "exit 1" };
  const { checks } = await checkedAccounts(values, {
    isReachable: false,
    used: ["other"],
  });
  expect(problemsIn(checks)).toEqual([
    "- accounts warning: 4 accounts, not checked because the check of Pinterest's API failed",
    "south account-expiry error: the access token expired on 2020-01-01",
  ]);
  expect(emulator.requests()).toEqual([]);
});

test("gives up on an account that does not respond, and does not delay the others", async () => {
  emulator.armFault({ kind: "hang", account: "shop-2", times: "all" });
  const accounts = json({ hanging: emulator.token("shop-2"), responding: emulator.token("shop-1") });
  const passTimeLimit = stopTimeLimits();
  const { checks } = await checkedAccounts(
    { ...withoutAccount(), accounts, maxAttempts: "1" },
    // Only the account that responds can be done before the time limit.
    { onProgress: (done) => done === 1 && passTimeLimit() },
  );
  expect(problemsIn(checks)).toEqual([
    expect.stringMatching(/^hanging account-access error: timed out after 1\d(\.\d+)? s/),
  ]);
});
