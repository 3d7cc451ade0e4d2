import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { beforeEach, expect, jest, test } from "@jest/globals";
import { TokenFile } from "../../../provider/api/credentials/token-file";
import { withBaseDirectory } from "../../../provider/api/fleet-environment";
import { temporaryDirectory } from "../../temporary-directory";
import { answer } from "../helpers/server";
import { day, grant, minute, setUpRefreshToken, tokenResponse } from "./helpers/refresh-token";
import { TestClock } from "./helpers/test-clock";

const onPosix = process.platform === "win32" ? test.skip : test;
if (process.platform === "win32") console.log("skipped on Windows: file modes");

let path: string;
let directory: string;
let warnings: string[];

beforeEach(() => {
  directory = join(temporaryDirectory(), "new");
  path = join(directory, "tokens.json");
  warnings = [];
});

const start = Date.UTC(2027, 0, 1);
const key = createHash("sha256").update(grant.refreshToken).digest("hex");
const store = (clock = new TestClock()) =>
  new TokenFile({ path, clock, notify: (message) => warnings.push(message), exchangeMs: 1000 });
const rotating = (number: number) =>
  answer(
    200,
    tokenResponse(number, {
      refresh_token: `pinr_5ecret${number}`,
      refresh_token_expires_in: 60 * 24 * 3600,
    }),
  );
const refreshTokensIn = (requests: readonly { body: string }[]) =>
  requests.map(({ body }) => new URLSearchParams(body).get("refresh_token"));

test.each([
  ["~/tokens.json", "home/tokens.json"],
  ["a~/tokens.json", "project/a~/tokens.json"],
  ["~tokens.json", "project/~tokens.json"],
])("the configured path %s is %s", async (configured, file) => {
  jest.spyOn(os, "homedir").mockReturnValue(join(directory, "home"));
  const tokens = { accessToken: "pina_a1", obtainedAt: start, expiresAt: start, refreshToken: "pinr_5ecret" };
  path = configured;
  await withBaseDirectory(join(directory, "project"), () =>
    store().update(grant.refreshToken, async () => tokens),
  );
  jest.restoreAllMocks();
  expect(Object.keys(JSON.parse(readFileSync(join(directory, file), "utf8")).tokens)).toEqual([key]);
});

test("saves tokens with mode 0600, by the hash of the configured refresh token", async () => {
  const { credentials, notes } = await setUpRefreshToken(rotating, { store: store() });
  await credentials.accessToken();
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
    version: 1,
    tokens: {
      [key]: {
        accessToken: "pina_a1",
        obtainedAt: start,
        expiresAt: start + 30 * day,
        refreshToken: "pinr_5ecret1",
        refreshTokenExpiresAt: start + 60 * day,
      },
    },
  });
  expect(readFileSync(path, "utf8")).not.toContain(grant.refreshToken);
  if (process.platform !== "win32") {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  }
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
  expect([...notes, ...warnings]).toEqual([]);
});

test("the next run uses the saved access token, and later the saved refresh token", async () => {
  const { server, another, clock } = await setUpRefreshToken(rotating, { store: store() });
  await another().accessToken();
  expect(await another().accessToken()).toBe("pina_a1");
  expect(server.requests).toHaveLength(1);
  clock.time += 30 * day;
  expect(await another().accessToken()).toBe("pina_a2");
  expect(refreshTokensIn(server.requests)).toEqual([grant.refreshToken, "pinr_5ecret1"]);
});

test("uses a token that another process has renewed, without an exchange", async () => {
  const { server, credentials, another, clock } = await setUpRefreshToken(rotating, { store: store() });
  const other = another();
  for (const each of [credentials, other]) await each.accessToken();
  clock.time += 2 * minute;
  expect(await other.renew?.("pina_a1")).toBe(true);
  expect(await credentials.renew?.("pina_a1")).toBe(true);
  expect(await credentials.accessToken()).toBe("pina_a2");
  expect(server.requests).toHaveLength(2);
});

test("replaces a rejected token that a machine whose clock is ahead has saved", async () => {
  mkdirSync(directory);
  const ahead = { ...entry, obtainedAt: start + 2 * minute, expiresAt: start + day };
  writeFileSync(path, JSON.stringify({ version: 1, tokens: { [key]: ahead } }), { mode: 0o600 });
  const { credentials } = await setUpRefreshToken(rotating, { store: store() });
  expect(await credentials.accessToken()).toBe("pina_a");
  expect(await credentials.renew?.("pina_a")).toBe(true);
  expect(await credentials.accessToken()).toBe("pina_a1");
});

test("uses its own tokens if those in the file are older, for example after a failed write", async () => {
  const { server, credentials, clock } = await setUpRefreshToken(rotating, { store: store() });
  await credentials.accessToken();
  const older = readFileSync(path);
  for (const token of ["pina_a2", "pina_a3"]) {
    clock.time += 30 * day;
    expect(await credentials.accessToken()).toBe(token);
    writeFileSync(path, older);
  }
  expect(refreshTokensIn(server.requests)).toEqual([grant.refreshToken, "pinr_5ecret1", "pinr_5ecret2"]);
});

test("exchanges the configured refresh token if Pinterest rejects the saved one", async () => {
  const { server, another, clock } = await setUpRefreshToken(
    (number) =>
      number === 2
        ? answer(401, { code: 283, message: "The authorization grant is invalid" })
        : rotating(number),
    { store: store() },
  );
  await another().accessToken();
  clock.time += 30 * day;
  expect(await another().accessToken()).toBe("pina_a3");
  expect(refreshTokensIn(server.requests)).toEqual([grant.refreshToken, "pinr_5ecret1", grant.refreshToken]);
});

test("keeps entries of other refresh tokens until those expire", async () => {
  mkdirSync(directory);
  const tokens = {
    living: { refreshTokenExpiresAt: start + 1, more: true },
    ended: { refreshTokenExpiresAt: start - 1 },
  };
  writeFileSync(path, JSON.stringify({ version: 1, tokens }), { mode: 0o600 });
  const { credentials } = await setUpRefreshToken(rotating, { store: store() });
  await credentials.accessToken();
  const kept = JSON.parse(readFileSync(path, "utf8")).tokens;
  expect(Object.keys(kept).sort()).toEqual([key, "living"].sort());
  expect(kept.living).toEqual(tokens.living);
});

test("saves the tokens of concurrent accounts", async () => {
  const clock = new TestClock();
  const file = store(clock);
  const entry = (index: number) => ({
    accessToken: `pina_${index}`,
    obtainedAt: start,
    expiresAt: start + day,
    refreshToken: `pinr_${index}`,
  });
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      file.update(`pinr_configured${index}`, async () => entry(index)),
    ),
  );
  // Writes of one process do not wait for the lock.
  expect(clock.sleeps).toEqual([]);
  for (let index = 0; index < 50; index += 1)
    expect(store().get(`pinr_configured${index}`)).toEqual(entry(index));
});

test("keeps what another process has written", async () => {
  const [one, other] = [store(), store()];
  const entry = (number: number) => ({
    accessToken: `pina_${number}`,
    obtainedAt: start,
    expiresAt: start + day,
    refreshToken: `pinr_${number}`,
  });
  await one.update("pinr_a", async () => entry(1));
  await other.update("pinr_a", async () => entry(2));
  await one.update("pinr_b", async () => entry(3));
  expect(store().get("pinr_a")).toEqual(entry(2));
});

test("reports once that it waits for other processes", async () => {
  const clock = new TestClock();
  const notify = (message: string) => warnings.push(message);
  const file = new TokenFile({ path, clock, notify, exchangeMs: 10_000 });
  mkdirSync(directory);
  for (const configured of ["pinr_a", "pinr_b"]) {
    const hash = createHash("sha256").update(configured).digest("hex");
    writeFileSync(`${path}.${hash}.lock`, "12 host-a id");
    const update = file.update(configured, () => Promise.reject(new Error("exchanged")));
    await expect(update).rejects.toThrow("process 12 on host-a has held the lock");
  }
  expect(warnings).toEqual([`Waiting for process 12 on host-a, which renews tokens in ${path}.`]);
});

test("rethrows the error of a failed exchange, and saves nothing", async () => {
  const error = new Error("no exchange");
  await expect(store().update("pinr_a", () => Promise.reject(error))).rejects.toBe(error);
  expect(readdirSync(directory)).toEqual([]);
});

test("reads the file again after it has changed", async () => {
  const file = store();
  const stored = (accessToken: string) => {
    const changed = { ...entry, accessToken };
    writeFileSync(path, JSON.stringify({ version: 1, tokens: { [key]: changed } }), { mode: 0o600 });
  };
  mkdirSync(directory);
  stored("pina_a");
  expect(file.get(grant.refreshToken)).toMatchObject({ accessToken: "pina_a" });
  stored("pina_longer");
  expect(file.get(grant.refreshToken)).toMatchObject({ accessToken: "pina_longer" });
});

test("accepts an empty file", async () => {
  mkdirSync(directory);
  writeFileSync(path, "", { mode: 0o600 });
  const { credentials } = await setUpRefreshToken(rotating, { store: store() });
  expect(await credentials.accessToken()).toBe("pina_a1");
});

test.each([
  [
    "invalid JSON",
    '{"version":1,"tokens":{"a":{"refreshToken":"pinr_5ecret',
    /it is not valid JSON\. Restore it/,
  ],
  ["other JSON", '{"auths":{}}', /it does not have the format of a token file\. Restore it/],
  [
    "an incomplete entry",
    JSON.stringify({ version: 1, tokens: { [key]: { accessToken: "pina_5ecret" } } }),
    /an entry is incomplete\. Restore it/,
  ],
])("refuses a file with %s before any exchange, and leaves it unchanged", async (_what, text, problem) => {
  mkdirSync(directory);
  writeFileSync(path, text, { mode: 0o600 });
  const { server, credentials } = await setUpRefreshToken(rotating, { store: store() });
  const error: Error = await credentials.accessToken().then(
    () => new Error("none"),
    (thrown) => thrown,
  );
  expect(error.message).toMatch(problem);
  expect(error.message).toContain(`cannot use the token file ${path}: `);
  expect(error.message).not.toContain("5ecret");
  await expect(credentials.accessToken()).rejects.toThrow(problem);
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
  expect(readFileSync(path, "utf8")).toBe(text);
  expect(server.requests).toHaveLength(0);
});

test("refuses a file of a newer version, and leaves it unchanged", async () => {
  mkdirSync(directory);
  writeFileSync(path, '{"version":2,"tokens":{}}', { mode: 0o600 });
  const { credentials } = await setUpRefreshToken(rotating, { store: store() });
  await expect(credentials.accessToken()).rejects.toThrow(
    /a newer version of pulumi-pinterest wrote it \(format version 2\)\. Update pulumi-pinterest/,
  );
  expect(readFileSync(path, "utf8")).toBe('{"version":2,"tokens":{}}');
});

test("warns if tokens cannot be saved, and continues", async () => {
  const { server, credentials, clock } = await setUpRefreshToken(
    (number) => (request, response) => {
      // A directory replaces the file during the exchange.
      if (!existsSync(path)) mkdirSync(path);
      rotating(number)(request, response);
    },
    { store: store() },
  );
  expect(await credentials.accessToken()).toBe("pina_a1");
  expect(warnings).toEqual([
    expect.stringMatching(
      /^Cannot save new tokens in .*tokens\.json: E.*The next run must renew them again\./,
    ),
  ]);
  clock.time += 30 * day;
  expect(await credentials.accessToken().catch((error: Error) => error.message)).toMatch(
    /cannot use the token file/,
  );
  expect(server.requests).toHaveLength(1);
});

const tokens = (accessToken: string, obtainedAt = start) => ({
  accessToken,
  obtainedAt,
  expiresAt: start + day,
  refreshToken: `pinr_of_${accessToken}`,
});

test("saves tokens of a failed write with the next ones, unless another process has newer ones", async () => {
  const file = store();
  const fetched = async (configured: string) => {
    // A directory replaces the file after both updates have found no file.
    await new Promise((resolve) => setImmediate(resolve));
    mkdirSync(path, { recursive: true });
    return tokens(`first_${configured}`);
  };
  await Promise.all(["one", "two"].map((configured) => file.update(configured, () => fetched(configured))));
  expect(warnings).toHaveLength(2);
  rmdirSync(path);
  await store().update("two", async () => tokens("newer", start + minute));
  await file.update("three", async () => tokens("third"));
  const kept = (configured: string) => store().get(configured)?.accessToken;
  expect(["one", "two", "three"].map(kept)).toEqual(["first_one", "newer", "third"]);
});

onPosix.each([0o640, 0o604, 0o620])(
  "refuses a file of mode %o, with the command that fixes it",
  async (mode) => {
    mkdirSync(directory);
    writeFileSync(path, "");
    chmodSync(path, mode);
    const { server, credentials } = await setUpRefreshToken(rotating, { store: store() });
    await expect(credentials.accessToken()).rejects.toThrow(
      `other users can access it (mode 0${mode.toString(8)}). Run \`chmod 600 ${path}\``,
    );
    expect(server.requests).toHaveLength(0);
  },
);

onPosix("refuses a file that others can read even if its token is valid", async () => {
  const { credentials, another } = await setUpRefreshToken(rotating, { store: store() });
  await credentials.accessToken();
  chmodSync(path, 0o644);
  await expect(another().accessToken()).rejects.toThrow(`Run \`chmod 600 ${path}\``);
});

test("reading creates no directory", () => {
  expect(store().get(grant.refreshToken)).toBeUndefined();
  expect(existsSync(directory)).toBe(false);
});

onPosix("refuses a directory that every user can write to, unless it is sticky", async () => {
  mkdirSync(directory);
  chmodSync(directory, 0o777);
  const { credentials } = await setUpRefreshToken(rotating, { store: store() });
  await expect(credentials.accessToken()).rejects.toThrow(`Run \`chmod o-w ${directory}\``);
  chmodSync(directory, 0o1777);
  expect(await credentials.accessToken()).toBe("pina_a1");
});

onPosix("writes the target of a symbolic link", async () => {
  mkdirSync(directory);
  const target = join(directory, "target.json");
  writeFileSync(target, "", { mode: 0o600 });
  symlinkSync(target, path);
  const { credentials } = await setUpRefreshToken(rotating, { store: store() });
  await credentials.accessToken();
  expect(JSON.parse(readFileSync(target, "utf8")).tokens).toHaveProperty(key);
  expect(readFileSync(path, "utf8")).toBe(readFileSync(target, "utf8"));
});

const entry = { accessToken: "pina_a", obtainedAt: 1, expiresAt: 2, refreshToken: "pinr_b" };

test.each([
  ...Object.keys(entry).map((name) => [`without ${name}`, { ...entry, [name]: undefined }] as const),
  ["with a time that is a string", { ...entry, obtainedAt: "1" }],
  ["with an expiry that is a string", { ...entry, refreshTokenExpiresAt: "3" }],
  ["that is not an object", "pina_a"],
])("refuses an entry %s, and exchanges nothing", async (_what, invalid) => {
  mkdirSync(directory);
  writeFileSync(path, JSON.stringify({ version: 1, tokens: { [key]: invalid } }), { mode: 0o600 });
  const update = store().update(grant.refreshToken, () => Promise.reject(new Error("exchanged")));
  await expect(update).rejects.toThrow(/an entry is incomplete/);
  expect(store().get(grant.refreshToken)).toBeUndefined();
});

test.each([{ version: "1", tokens: {} }, { version: 1 }, { tokens: {} }, []])(
  "refuses %j, which is not a token file",
  async (content) => {
    mkdirSync(directory);
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
    const update = store().update(grant.refreshToken, () => Promise.reject(new Error("exchanged")));
    await expect(update).rejects.toThrow(/does not have the format of a token file/);
  },
);

test("does not write the file if the stored tokens are still used", async () => {
  mkdirSync(directory);
  writeFileSync(path, JSON.stringify({ version: 1, tokens: { [key]: entry } }), { mode: 0o600 });
  const before = statSync(path).ino;
  const used = await store().update(grant.refreshToken, async (stored) => stored ?? entry);
  expect(used).toEqual(entry);
  expect(statSync(path).ino).toBe(before);
});
