import { createHash } from "node:crypto";
import fs, {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { beforeEach, expect, jest, test } from "@jest/globals";
import { type TokenEntry, TokenFile } from "../../../provider/api/credentials/token-file";
import { connectAgain, tokenRequestFailed } from "../../expected/messages";
import { expectPrivate, onPlatform, testOnPosix } from "../../platform";
import { temporaryDirectory } from "../../temporary-directory";
import { type Handler, respondWith } from "../helpers/server";
import { day, grant, minute, setUpRefreshToken, tokenResponse } from "./helpers/refresh-token";
import { TestClock } from "./helpers/test-clock";

const onPosix = testOnPosix("file modes");

let path: string;
let directory: string;
let warnings: string[];

beforeEach(() => {
  directory = join(temporaryDirectory(), "new");
  path = join(directory, "tokens.json");
  warnings = [];
});

const start = Date.UTC(2027, 0, 1);
/** The key of an entry: the hash of the configured refresh token. */
const key = createHash("sha256").update(grant.refreshToken).digest("hex");

/** The token file, as a process opens it. */
const openFile = (baseDirectory?: string, clock = new TestClock()) =>
  new TokenFile({
    path,
    baseDirectory,
    clock,
    notify: (message) => warnings.push(message),
    exchangeMs: 1000,
  });

/** An entry with the access token `pina_TOKEN` and the refresh token `pinr_of_TOKEN`. */
const entryOf = (token: string, sequence = 1): TokenEntry => ({
  sequence,
  access: { accessToken: `pina_${token}`, obtainedAt: start, expiresAt: start + day },
  candidates: [`pinr_of_${token}`],
});

/** Writes a file with these entries, by key. */
const write = (tokens: object) => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, JSON.stringify({ version: 1, tokens }), { mode: 0o600 });
};

/** The entries in the file, by key. */
const written = () => JSON.parse(readFileSync(path, "utf8")).tokens;

/** Saves an entry as the result of an exchange. */
const save = (file: TokenFile, configured: string, saved: TokenEntry) =>
  file.exclusively(configured, (_stored, record) => record.saveResult(saved));
const mustNotRun = () => Promise.reject(new Error("exchanged"));
const invalidGrant = respondWith(401, { code: 283, message: "The authorization grant is invalid" });

/** The response to an exchange, with the tokens `pina_aNUMBER` and `pinr_5ecretNUMBER`. */
const rotating = (number: number) =>
  respondWith(
    200,
    tokenResponse(number, {
      refresh_token: `pinr_5ecret${number}`,
      refresh_token_expires_in: 60 * 24 * 3600,
    }),
  );

/** The refresh tokens of exchanges, in order. The configured one is `pinr_5ecret0`. */
const refreshTokensIn = (requests: readonly { body: string }[]) =>
  requests.map(({ body }) => new URLSearchParams(body).get("refresh_token"));

test.each([
  ["~/tokens.json", "home/tokens.json"],
  ["a~/tokens.json", "project/a~/tokens.json"],
  ["~tokens.json", "project/~tokens.json"],
])("the configured path %s is %s", async (configured, file) => {
  jest.spyOn(os, "homedir").mockReturnValue(join(directory, "home"));
  path = configured;
  await save(openFile(join(directory, "project")), grant.refreshToken, entryOf("a1"));
  jest.restoreAllMocks();
  expect(Object.keys(JSON.parse(readFileSync(join(directory, file), "utf8")).tokens)).toEqual([key]);
});

test("saves tokens with mode 0600, by the hash of the configured refresh token", async () => {
  const { credentials, notes } = await setUpRefreshToken(rotating, { openFile });
  await credentials.accessToken();
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
    version: 1,
    tokens: {
      [key]: {
        sequence: 2,
        access: { accessToken: "pina_a1", obtainedAt: start, expiresAt: start + 30 * day },
        candidates: ["pinr_5ecret1"],
        refreshTokenExpiresAt: start + 60 * day,
      },
    },
  });
  expect(readFileSync(path, "utf8")).not.toContain(grant.refreshToken);
  expectPrivate(path);
  if (process.platform !== "win32") expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
  expect([...notes, ...warnings]).toEqual([]);
});

test("the next run uses the saved access token, and later the saved refresh token", async () => {
  const { server, another, clock } = await setUpRefreshToken(rotating, { openFile });
  await another().accessToken();
  expect(await another().accessToken()).toBe("pina_a1");
  expect(server.requests).toHaveLength(1);
  clock.time += 30 * day;
  expect(await another().accessToken()).toBe("pina_a2");
  expect(refreshTokensIn(server.requests)).toEqual([grant.refreshToken, "pinr_5ecret1"]);
});

test("uses a token that another process has renewed, without an exchange", async () => {
  const { server, credentials, another, clock } = await setUpRefreshToken(rotating, { openFile });
  const other = another();
  for (const each of [credentials, other]) await each.accessToken();
  clock.time += 2 * minute;
  expect(await other.renew?.("pina_a1")).toBe(true);
  expect(await credentials.renew?.("pina_a1")).toBe(true);
  expect(await credentials.accessToken()).toBe("pina_a2");
  expect(server.requests).toHaveLength(2);
});

test.each([
  ["ahead by 61 days", 61 * day],
  ["behind by 61 days", -61 * day],
])(
  "always exchanges the newest refresh token, if the clock of a machine is %s",
  async (_what, difference) => {
    const others = { other: { refreshTokenExpiresAt: start, more: true } };
    write(others);
    const { server, another, clock } = await setUpRefreshToken(rotating, { openFile });
    const [here, there] = [another(), another()];
    const renew = async (machine: typeof here, rejected: string, clockIsOffBy: number) => {
      clock.time = start + 2 * minute + clockIsOffBy;
      expect(await machine.renew?.(rejected)).toBe(true);
      return machine.accessToken();
    };
    expect(await here.accessToken()).toBe("pina_a1");
    expect(await renew(there, "pina_a1", difference)).toBe("pina_a2");
    expect(await renew(here, "pina_a2", 0)).toBe("pina_a3");
    expect(await renew(there, "pina_a3", difference)).toBe("pina_a4");
    expect(await renew(here, "pina_a4", 0)).toBe("pina_a5");
    expect(refreshTokensIn(server.requests)).toEqual([
      "pinr_5ecret0",
      "pinr_5ecret1",
      "pinr_5ecret2",
      "pinr_5ecret3",
      "pinr_5ecret4",
    ]);
    expect(written()[key]).toMatchObject({
      access: { accessToken: "pina_a5" },
      candidates: ["pinr_5ecret5", "pinr_5ecret4"],
    });
    expect(written()).toMatchObject(others);
  },
);

test("uses its own tokens if those in the file are older, for example after a backup was restored", async () => {
  const { server, credentials, clock } = await setUpRefreshToken(rotating, { openFile });
  await credentials.accessToken();
  const older = readFileSync(path);
  for (const token of ["pina_a2", "pina_a3"]) {
    clock.time += 30 * day;
    expect(await credentials.accessToken()).toBe(token);
    writeFileSync(path, older);
  }
  expect(refreshTokensIn(server.requests)).toEqual([grant.refreshToken, "pinr_5ecret1", "pinr_5ecret2"]);
});

test("exchanges the predecessor if Pinterest rejects the newest refresh token, and keeps both", async () => {
  write({ [key]: { sequence: 5, candidates: ["pinr_newest", "pinr_before"] } });
  const { server, credentials } = await setUpRefreshToken(
    (number, { body }) => (body.includes("pinr_newest") ? invalidGrant : rotating(number)),
    { openFile },
  );
  expect(await credentials.accessToken()).toBe("pina_a2");
  expect(refreshTokensIn(server.requests)).toEqual(["pinr_newest", "pinr_before"]);
  expect(written()[key].candidates).toEqual(["pinr_5ecret2", "pinr_before", "pinr_newest"]);
});

test("tries all saved refresh tokens, and later only those that Pinterest has not rejected", async () => {
  write({ [key]: { sequence: 5, candidates: ["pinr_newest", "pinr_before", "pinr_oldest"] } });
  const responses = [invalidGrant, invalidGrant, respondWith(400, { code: 1, message: "no" })];
  const { server, credentials } = await setUpRefreshToken(
    (number) => responses[number - 1] ?? rotating(number),
    {
      openFile,
    },
  );
  await expect(credentials.accessToken()).rejects.toThrow("HTTP 400");
  expect(await credentials.accessToken()).toBe("pina_a4");
  expect(refreshTokensIn(server.requests)).toEqual([
    "pinr_newest",
    "pinr_before",
    "pinr_oldest",
    "pinr_oldest",
  ]);
});

test("saves that an exchange begins before it sends the request", async () => {
  const during: TokenEntry[] = [];
  const { credentials } = await setUpRefreshToken(
    (number) => {
      during.push(written()[key]);
      return rotating(number);
    },
    { openFile },
  );
  await credentials.accessToken();
  expect(during).toEqual([{ sequence: 1, candidates: [], isExchanging: true }]);
  expect(written()[key]).not.toHaveProperty("isExchanging");
});

onPosix("sends nothing if the file cannot be written", async () => {
  write({});
  jest.spyOn(fs, "renameSync").mockImplementation(() => {
    throw new Error("EROFS: read-only file system");
  });
  const { server, credentials } = await setUpRefreshToken(rotating, { openFile });
  await expect(credentials.accessToken()).rejects.toThrow(
    `cannot use the token file ${path}: EROFS: read-only file system`,
  );
  jest.restoreAllMocks();
  expect(server.requests).toEqual([]);
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
});

const interrupted = new RegExp(
  `^interrupted exchange: a process was killed, .* Pinterest rejected all earlier ones\\. For the configured one, Pinterest rejected the refresh with HTTP 401, code 283.*\\. ${connectAgain}$`,
);

test("reports an interrupted exchange if Pinterest rejects all refresh tokens after it, also in later commands", async () => {
  write({ [key]: { sequence: 5, candidates: ["pinr_sent", "pinr_before"], isExchanging: true } });
  const { server, another } = await setUpRefreshToken(() => invalidGrant, { openFile });
  for (let command = 1; command <= 2; command += 1) {
    await expect(another().accessToken()).rejects.toThrow(interrupted);
  }
  const tried = ["pinr_sent", "pinr_before", grant.refreshToken];
  expect(refreshTokensIn(server.requests)).toEqual([...tried, ...tried]);
});

const breaking: Handler = (_request, response) => void response.destroy();
const failedRequest = new RegExp(tokenRequestFailed("\\S+"));

test.each<[what: string, fail: Handler, maxAttempts: number, firstError: RegExp]>([
  ["the connection breaks", breaking, 4, interrupted],
  ["the connection breaks in an earlier command", breaking, 1, failedRequest],
  ["the endpoint responds with 500", respondWith(500, {}), 4, interrupted],
  ["the endpoint responds with 408", respondWith(408, {}), 4, interrupted],
])(
  "reports an interrupted exchange if %s and Pinterest then rejects the refresh token",
  async (_what, fail, maxAttempts, firstError) => {
    const { another } = await setUpRefreshToken((number) => (number > 1 ? invalidGrant : fail), {
      openFile,
      maxAttempts,
    });
    const one = another();
    await expect(one.accessToken()).rejects.toThrow(firstError);
    for (const each of [another(), one]) await expect(each.accessToken()).rejects.toThrow(interrupted);
    expect(written()[key]).toMatchObject({ isExchanging: true });
  },
);

test("reports no interrupted exchange after Pinterest has rejected the request", async () => {
  const responses = [respondWith(400, { code: 1, message: "no" }), invalidGrant];
  const { another } = await setUpRefreshToken((number) => responses[number - 1] ?? respondWith(500, {}), {
    openFile,
  });
  await expect(another().accessToken()).rejects.toThrow("HTTP 400");
  await expect(another().accessToken()).rejects.toThrow(/^Pinterest rejected the refresh with HTTP 401/);
});

test("saves the tokens of concurrent accounts", async () => {
  const clock = new TestClock();
  const file = openFile(undefined, clock);
  const names = Array.from({ length: 50 }, (_, index) => `account${index}`);
  await Promise.all(names.map((name) => save(file, name, entryOf(name))));
  // Writes of one process do not wait for the lock.
  expect(clock.sleeps).toEqual([]);
  for (const name of names) expect(openFile().get(name)).toEqual(entryOf(name));
});

test("keeps what another process has written", async () => {
  const [one, other] = [openFile(), openFile()];
  await save(one, "pinr_a", entryOf("first"));
  await save(other, "pinr_a", entryOf("second", 2));
  await save(one, "pinr_b", entryOf("third"));
  expect(openFile().get("pinr_a")).toEqual(entryOf("second", 2));
});

test("adds a process's late result to a newer one, which another process saved after it had removed the lock", async () => {
  await save(openFile(), "pinr_a", entryOf("newer", 4));
  await save(openFile(), "pinr_a", entryOf("late", 2));
  expect(openFile().get("pinr_a")).toEqual({
    ...entryOf("newer", 4),
    candidates: ["pinr_of_newer", "pinr_of_late"],
  });
});

test("reports once that it waits for other processes", async () => {
  const clock = new TestClock();
  const notify = (message: string) => warnings.push(message);
  const file = new TokenFile({ path, clock, notify, exchangeMs: 10_000 });
  mkdirSync(directory);
  for (const configured of ["pinr_a", "pinr_b"]) {
    const hash = createHash("sha256").update(configured).digest("hex");
    writeFileSync(`${path}.${hash}.lock`, "12 host-a id");
    await expect(file.exclusively(configured, mustNotRun)).rejects.toThrow(
      "process 12 on host-a has held the lock",
    );
  }
  expect(warnings).toEqual([`Waiting for process 12 on host-a, which renews tokens in ${path}.`]);
});

test("reads the file again after it was replaced by one of the same size", async () => {
  const file = openFile();
  write({ [key]: entryOf("a") });
  expect(file.get(grant.refreshToken)).toEqual(entryOf("a"));
  renameSync(path, `${path}.old`);
  write({ [key]: entryOf("b") });
  expect(file.get(grant.refreshToken)).toEqual(entryOf("b"));
  expect(statSync(path).size).toBe(statSync(`${path}.old`).size);
});

const notTokens = /it does not have the format of a token file\. Restore it/;

test.each([
  ['{"version":1,"tokens":{"a":{"refreshToken":"pinr_5ecret', /it is not valid JSON\. Restore it/],
  ['{"auths":{}}', notTokens],
  ["[]", notTokens],
  [`{"version":1,"tokens":{"${key}":{"accessToken":"pina_5ecret"}}}`, /an entry is incomplete\. Restore it/],
  [
    '{"version":2,"tokens":{}}',
    /a newer version of pulumi-pinterest wrote it \(format version 2\)\. Update pulumi-pinterest/,
  ],
])("refuses a file with %s before any exchange, and leaves it unchanged", async (text, problem) => {
  mkdirSync(directory);
  writeFileSync(path, text, { mode: 0o600 });
  const { server, credentials } = await setUpRefreshToken(rotating, { openFile });
  const message: string = await credentials.accessToken().catch((error: Error) => error.message);
  expect(message).toMatch(problem);
  expect(message).toContain(`cannot use the token file ${path}: `);
  expect(message).not.toContain("5ecret");
  await expect(credentials.accessToken()).rejects.toThrow(problem);
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
  expect(readFileSync(path, "utf8")).toBe(text);
  expect(server.requests).toHaveLength(0);
});

/** Responds to an exchange after a directory has replaced the token file. */
const replacingFile =
  (number: number): Handler =>
  (request, response) => {
    if (number === 1) {
      rmSync(path);
      mkdirSync(path);
    }
    rotating(number)(request, response);
  };

test("saves tokens next to the file if it cannot be written, where the next command finds them", async () => {
  const { server, another, clock } = await setUpRefreshToken(replacingFile, { openFile });
  const credentials = another();
  expect(await credentials.accessToken()).toBe("pina_a1");
  const unsaved = `${path}.${key}.unsaved`;
  expect(warnings).toEqual([
    expect.stringMatching(
      /^Cannot save new tokens in .*tokens\.json: E\w+: .*\. They are in .*\. The next command uses them/,
    ),
  ]);
  expect(warnings[0]).toContain(unsaved);
  expectPrivate(unsaved);
  await expect(another().accessToken()).rejects.toThrow(/cannot use the token file/);
  rmdirSync(path);
  expect(await another().accessToken()).toBe("pina_a1");
  clock.time += 30 * day;
  expect(await another().accessToken()).toBe("pina_a2");
  expect(refreshTokensIn(server.requests)).toEqual([grant.refreshToken, "pinr_5ecret1"]);
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
});

test("warns if tokens can be saved nowhere, and continues", async () => {
  const unsaved = `${path}.${key}.unsaved`;
  const { credentials } = await setUpRefreshToken(
    (number) => (request, response) => {
      mkdirSync(unsaved);
      replacingFile(number)(request, response);
    },
    { openFile },
  );
  expect(await credentials.accessToken()).toBe("pina_a1");
  expect(warnings).toEqual([
    expect.stringMatching(
      / Cannot save them in .*\.unsaved either: E.*the merchant must connect to the app again\.$/,
    ),
  ]);
});

onPosix("refuses a file that others can read even if its token is valid", async () => {
  const { credentials, another } = await setUpRefreshToken(rotating, { openFile });
  await credentials.accessToken();
  chmodSync(path, 0o644);
  await expect(another().accessToken()).rejects.toThrow(`Run \`chmod 600 ${path}\``);
  // There, modes do not show who has access.
  expect(await onPlatform("win32", () => another().accessToken())).toBe("pina_a1");
});

onPosix("refuses a directory that every user can write to, unless it is sticky", async () => {
  mkdirSync(directory);
  chmodSync(directory, 0o777);
  const { credentials } = await setUpRefreshToken(rotating, { openFile });
  await expect(credentials.accessToken()).rejects.toThrow(`Run \`chmod o-w ${directory}\``);
  chmodSync(directory, 0o1777);
  expect(await credentials.accessToken()).toBe("pina_a1");
});

onPosix("writes the target of a symbolic link", async () => {
  mkdirSync(directory);
  const target = join(directory, "target.json");
  writeFileSync(target, "", { mode: 0o600 });
  symlinkSync(target, path);
  const { credentials } = await setUpRefreshToken(rotating, { openFile });
  await credentials.accessToken();
  expect(JSON.parse(readFileSync(target, "utf8")).tokens).toHaveProperty(key);
  expect(readFileSync(path, "utf8")).toBe(readFileSync(target, "utf8"));
});

const valid = entryOf("a");

test.each([
  ["without an access token", { ...valid, access: { ...valid.access, accessToken: undefined } }],
  ["without the time of the exchange", { ...valid, access: { ...valid.access, obtainedAt: undefined } }],
  ["without an expiry", { ...valid, access: { ...valid.access, expiresAt: undefined } }],
  ["without a number", { ...valid, sequence: undefined }],
  ["without candidates", { ...valid, candidates: undefined }],
  ["with a mark that is a string", { ...valid, isExchanging: "true" }],
  ["that is not an object", "pina_a"],
])("refuses an entry %s, and exchanges nothing", async (_what, invalid) => {
  write({ [key]: invalid });
  await expect(openFile().exclusively(grant.refreshToken, mustNotRun)).rejects.toThrow(
    /an entry is incomplete/,
  );
  expect(openFile().get(grant.refreshToken)).toBeUndefined();
});
