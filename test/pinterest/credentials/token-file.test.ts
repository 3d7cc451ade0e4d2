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
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { TokenFile } from "../../../provider/pinterest/credentials/token-file";
import { temporaryDirectory } from "../../temporary-directory";
import { answer } from "../helpers/server";
import { day, grant, issued, minute, refreshing } from "./helpers/refreshing";
import { TestClock } from "./helpers/test-clock";

let path: string;
let directory: string;
let told: string[];

beforeEach(() => {
  directory = join(temporaryDirectory(), "made");
  path = join(directory, "tokens.json");
  told = [];
});

const start = Date.UTC(2027, 0, 1);
const key = createHash("sha256").update(grant.refreshToken).digest("hex");
const store = (clock = new TestClock()) =>
  new TokenFile({ path, clock, notify: (message) => told.push(message), exchangeMs: 1000 });
const rotating = (number: number) =>
  answer(
    200,
    issued(number, { refresh_token: `pinr_5ecret${number}`, refresh_token_expires_in: 60 * 24 * 3600 }),
  );
const used = (requests: readonly { body: string }[]) =>
  requests.map(({ body }) => new URLSearchParams(body).get("refresh_token"));

test("an exchange leaves its tokens in the file, by the hash of the configured token, for the owner only", async () => {
  const { credentials, notes } = await refreshing(rotating, { store: store() });
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
  expect([...notes, ...told]).toEqual([]);
});

test("the next run uses the access token of the file, and later its refresh token", async () => {
  const { server, another, clock } = await refreshing(rotating, { store: store() });
  await another().accessToken();
  expect(await another().accessToken()).toBe("pina_a1");
  expect(server.requests).toHaveLength(1);
  clock.time += 30 * day;
  expect(await another().accessToken()).toBe("pina_a2");
  expect(used(server.requests)).toEqual([grant.refreshToken, "pinr_5ecret1"]);
});

test("a token that another process has renewed meanwhile is taken over without an exchange", async () => {
  const { server, credentials, another, clock } = await refreshing(rotating, { store: store() });
  const other = another();
  for (const each of [credentials, other]) await each.accessToken();
  clock.time += 2 * minute;
  expect(await other.renew?.("pina_a1")).toBe(true);
  expect(await credentials.renew?.("pina_a1")).toBe(true);
  expect(await credentials.accessToken()).toBe("pina_a2");
  expect(server.requests).toHaveLength(2);
});

test("where the kept refresh token is refused, the configured one is tried", async () => {
  const { server, another, clock } = await refreshing(
    (number) =>
      number === 2
        ? answer(401, { code: 283, message: "The authorization grant is invalid" })
        : rotating(number),
    { store: store() },
  );
  await another().accessToken();
  clock.time += 30 * day;
  expect(await another().accessToken()).toBe("pina_a3");
  expect(used(server.requests)).toEqual([grant.refreshToken, "pinr_5ecret1", grant.refreshToken]);
});

test("entries of other tokens stay, but for those whose refresh token has ended", async () => {
  mkdirSync(directory);
  const tokens = {
    living: { refreshTokenExpiresAt: start + 1, more: true },
    ended: { refreshTokenExpiresAt: start - 1 },
  };
  writeFileSync(path, JSON.stringify({ version: 1, tokens }), { mode: 0o600 });
  const { credentials } = await refreshing(rotating, { store: store() });
  await credentials.accessToken();
  const kept = JSON.parse(readFileSync(path, "utf8")).tokens;
  expect(Object.keys(kept).sort()).toEqual([key, "living"].sort());
  expect(kept.living).toEqual(tokens.living);
});

test("many accounts at once lose none of each other's tokens", async () => {
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
  // Within a process nobody waits for the lock.
  expect(clock.sleeps).toEqual([]);
  for (let index = 0; index < 50; index += 1)
    expect(store().get(`pinr_configured${index}`)).toEqual(entry(index));
});

test("what another process has written meanwhile is not written over", async () => {
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

test("an empty file is one without tokens", async () => {
  mkdirSync(directory);
  writeFileSync(path, "", { mode: 0o600 });
  const { credentials } = await refreshing(rotating, { store: store() });
  expect(await credentials.accessToken()).toBe("pina_a1");
});

test.each([
  ["what is not JSON", '{"version":1,"tokens":{"a":{"refreshToken":"pinr_5ecret', /it is not JSON\./],
  ["JSON of something else", '{"auths":{}}', /it is JSON of something else\./],
  [
    "an entry that lacks something",
    JSON.stringify({ version: 1, tokens: { [key]: { accessToken: "pina_5ecret" } } }),
    /an entry lacks/,
  ],
])(
  "a file with %s fails with where it was put aside, before any exchange, for all of the run",
  async (_what, text, problem) => {
    mkdirSync(directory);
    writeFileSync(path, text, { mode: 0o600 });
    const { server, credentials } = await refreshing(rotating, { store: store() });
    const error: Error = await credentials.accessToken().then(
      () => new Error("none"),
      (thrown) => thrown,
    );
    expect(error.message).toMatch(problem);
    expect(error.message).toContain(`the token file ${path} cannot be used`);
    expect(error.message).not.toContain("5ecret");
    await expect(credentials.accessToken()).rejects.toThrow(problem);
    const [aside = ""] = readdirSync(directory);
    expect(aside).toMatch(/^tokens\.json\.broken-\d+$/);
    expect(error.message).toContain(aside);
    expect(readFileSync(join(directory, aside), "utf8")).toBe(text);
    expect(server.requests).toHaveLength(0);
  },
);

test("a file of a newer version is refused and stays as it is", async () => {
  mkdirSync(directory);
  writeFileSync(path, '{"version":2,"tokens":{}}', { mode: 0o600 });
  const { credentials } = await refreshing(rotating, { store: store() });
  await expect(credentials.accessToken()).rejects.toThrow(/it is of version 2, which a newer release/);
  expect(readFileSync(path, "utf8")).toBe('{"version":2,"tokens":{}}');
});

test("where the tokens cannot be kept, that is told, and nothing fails", async () => {
  const { server, credentials, clock } = await refreshing(
    (number) => (request, response) => {
      // While the exchange is under way a directory takes the file's place.
      if (!existsSync(path)) mkdirSync(path);
      rotating(number)(request, response);
    },
    { store: store() },
  );
  expect(await credentials.accessToken()).toBe("pina_a1");
  expect(told).toEqual([
    expect.stringMatching(/could not be kept in .*tokens\.json: E.*The next run has to do without them\./),
  ]);
  clock.time += 30 * day;
  expect(await credentials.accessToken().catch((error: Error) => error.message)).toMatch(/cannot be used/);
  expect(server.requests).toHaveLength(1);
});

const tokens = (accessToken: string, obtainedAt = start) => ({
  accessToken,
  obtainedAt,
  expiresAt: start + day,
  refreshToken: `pinr_of_${accessToken}`,
});

test("tokens that could not be kept are written with the next ones, unless another process has newer ones by then", async () => {
  const file = store();
  const fetched = async (configured: string) => {
    // When both have seen that there is no file, a directory takes its place.
    await new Promise((resolve) => setImmediate(resolve));
    mkdirSync(path, { recursive: true });
    return tokens(`first_${configured}`);
  };
  await Promise.all(["one", "two"].map((configured) => file.update(configured, () => fetched(configured))));
  expect(told).toHaveLength(2);
  rmdirSync(path);
  await store().update("two", async () => tokens("newer", start + minute));
  await file.update("three", async () => tokens("third"));
  const kept = (configured: string) => store().get(configured)?.accessToken;
  expect(["one", "two", "three"].map(kept)).toEqual(["first_one", "newer", "third"]);
});

const onPosix = process.platform === "win32" ? test.skip : test;
if (process.platform === "win32") console.log("skipped on Windows: what modes of files allow");

onPosix.each([0o640, 0o604, 0o620])(
  "a file of mode %o is refused, with the command that mends it",
  async (mode) => {
    mkdirSync(directory);
    writeFileSync(path, "");
    chmodSync(path, mode);
    const { server, credentials } = await refreshing(rotating, { store: store() });
    await expect(credentials.accessToken()).rejects.toThrow(
      `others than its owner get at it (mode 0${mode.toString(8)}), and it holds tokens; run chmod 600 ${path}`,
    );
    expect(server.requests).toHaveLength(0);
  },
);

onPosix("a file that others can read is refused also while the token in it is good", async () => {
  const { credentials, another } = await refreshing(rotating, { store: store() });
  await credentials.accessToken();
  chmodSync(path, 0o644);
  await expect(another().accessToken()).rejects.toThrow(`run chmod 600 ${path}`);
});

test("asking what a file says makes no directory", () => {
  expect(store().get(grant.refreshToken)).toBeUndefined();
  expect(existsSync(directory)).toBe(false);
});

onPosix("a directory that everybody can write to is refused, unless it protects what is whose", async () => {
  mkdirSync(directory);
  chmodSync(directory, 0o777);
  const { credentials } = await refreshing(rotating, { store: store() });
  await expect(credentials.accessToken()).rejects.toThrow(`run chmod o-w ${directory}`);
  chmodSync(directory, 0o1777);
  expect(await credentials.accessToken()).toBe("pina_a1");
});

onPosix("a link stays one, and what it leads to is written", async () => {
  mkdirSync(directory);
  const target = join(directory, "target.json");
  writeFileSync(target, "", { mode: 0o600 });
  symlinkSync(target, path);
  const { credentials } = await refreshing(rotating, { store: store() });
  await credentials.accessToken();
  expect(JSON.parse(readFileSync(target, "utf8")).tokens).toHaveProperty(key);
  expect(readFileSync(path, "utf8")).toBe(readFileSync(target, "utf8"));
});
