import { describe, expect, test } from "@jest/globals";
import type { Emulator, EmulatorOptions } from "../../emulator";
import { emulate, type Received } from "./helpers/emulate";

const TOKEN = "POST /oauth/token";
const DAY = 86_400_000;

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
const appOf = (emulator: Emulator, account?: string) => {
  const { app_id, app_secret } = emulator.account(account);
  return basic(app_id, app_secret);
};

/** Starts an emulator with a clock that does not advance. Returns functions that request tokens and use them. */
async function startWithClock(options: EmulatorOptions = {}) {
  const clock = { now: 1_700_000_000_000 };
  const { emulator, send } = await emulate({ now: () => clock.now, ...options });
  const requestToken = (form: Record<string, string>, authorization = appOf(emulator)): Promise<Received> =>
    send(TOKEN, { form, authorization });
  const refresh = (token = emulator.refreshToken(), more: Record<string, string> = {}) =>
    requestToken({ grant_type: "refresh_token", refresh_token: token, ...more });
  const use = async (token: string, request = "GET /integrations") =>
    (await send(request, { authorization: `Bearer ${token}` })).status;
  return { emulator, send, clock, requestToken, refresh, use };
}

const invalidGrant = { status: 401, body: { code: 283, message: "The authorization grant is invalid" } };

test("exchanges a refresh token for an access token of 30 days and a refresh token of 60 days", async () => {
  const { refresh, use, clock, emulator } = await startWithClock();
  const before = emulator.account();
  const { status, headers, body } = await refresh();
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("application/json");
  expect(body).toEqual({
    response_type: "refresh_token",
    access_token: expect.stringMatching(/^pina_emulator_shop-1_\d+$/),
    token_type: "bearer",
    expires_in: 2_592_000,
    scope: "ads:read ads:write",
    refresh_token: expect.stringMatching(/^pinr_emulator_shop-1_\d+$/),
    refresh_token_expires_in: 5_184_000,
    refresh_token_expires_at: clock.now / 1000 + 5_184_000,
  });
  expect(before.access_tokens).not.toContain(body.access_token);
  expect(body.refresh_token).not.toBe(before.refresh_token);
  expect(emulator.account()).toMatchObject({ refresh_token: body.refresh_token });
  expect(await use(body.access_token)).toBe(200);
});

test("expires all access tokens after 30 days of the emulator's clock", async () => {
  const { refresh, use, clock, emulator } = await startWithClock();
  clock.now += 10 * DAY;
  const { body } = await refresh();
  clock.now += 20 * DAY - 1;
  expect(await use(emulator.account().access_tokens[0] as string)).toBe(200);
  clock.now += 1;
  expect(await use(emulator.account().access_tokens[0] as string)).toBe(401);
  expect(await use(body.access_token)).toBe(200);
  clock.now += 10 * DAY;
  expect(await use(body.access_token)).toBe(401);
});

describe("after a refresh, the old refresh token", () => {
  test("is invalid with rotation strict", async () => {
    const { refresh, emulator } = await startWithClock({ switches: { refreshTokenRotation: "strict" } });
    const old = emulator.refreshToken();
    const { body } = await refresh(old);
    expect(await refresh(old)).toMatchObject(invalidGrant);
    expect(await refresh(body.refresh_token)).toMatchObject({ status: 200 });
  });

  test("stays the only one with rotation none", async () => {
    const { refresh, emulator } = await startWithClock({ switches: { refreshTokenRotation: "none" } });
    const old = emulator.refreshToken();
    const { body } = await refresh(old);
    expect(Object.keys(body)).toEqual(["response_type", "access_token", "token_type", "expires_in", "scope"]);
    expect(emulator.refreshToken()).toBe(old);
    expect(await refresh(old)).toMatchObject({ status: 200 });
  });
});

test("accepts only a refreshed token of an account whose access tokens have expired", async () => {
  const { refresh, use, emulator } = await startWithClock();
  const old = emulator.token();
  emulator.setAccount("shop-1", { expired: true });
  const { body } = await refresh();
  expect(await use(body.access_token)).toBe(200);
  expect(await use(old)).toBe(401);
  emulator.expireTokens();
  expect(await use(body.access_token)).toBe(401);
  expect(await use(emulator.token("shop-2"))).toBe(200);
  expect(await use((await refresh()).body.access_token)).toBe(200);
});

test.each<[what: string, token: (emulator: Emulator) => string]>([
  ["that is unknown", () => "pinr_emulator_unknown"],
  ["that is an access token", (emulator) => emulator.token()],
  [
    "that has expired",
    (emulator) => {
      const token = emulator.refreshToken();
      emulator.expireToken(token);
      return token;
    },
  ],
  [
    "of a revoked account",
    (emulator) => {
      emulator.setAccount("shop-2", { revoked: true });
      return emulator.refreshToken("shop-2");
    },
  ],
])("rejects a refresh token %s", async (_what, tokenOf) => {
  const { refresh, emulator } = await startWithClock();
  expect(await refresh(tokenOf(emulator))).toMatchObject(invalidGrant);
});

test("accepts a refresh token that is issued after another one has expired", async () => {
  const { refresh, emulator } = await startWithClock();
  emulator.expireToken(emulator.refreshToken());
  expect(await refresh(emulator.issueRefreshToken())).toMatchObject({ status: 200 });
});

test("accepts a refresh token only from its own app", async () => {
  const { requestToken, emulator } = await startWithClock();
  emulator.addAccount({ name: "elsewhere", app_id: "77" });
  const form = { grant_type: "refresh_token", refresh_token: emulator.refreshToken("elsewhere") };
  expect(await requestToken(form)).toMatchObject(invalidGrant);
  expect(await requestToken(form, appOf(emulator, "elsewhere"))).toMatchObject({ status: 200 });
});

test("authenticates an app only with its ID and secret in HTTP Basic", async () => {
  const { requestToken, emulator } = await startWithClock();
  const { app_id, app_secret, refresh_token } = emulator.account();
  const form = { grant_type: "refresh_token", refresh_token };
  const invalid = [
    "",
    "Basic",
    `Bearer ${emulator.token()}`,
    basic(app_id, "wrong"),
    basic(app_id, ""),
    basic("99", "emulator_app_secret_99"),
    basic(app_secret, app_id),
    `Basic ${app_id}:${app_secret}`,
  ];
  for (const authorization of invalid) {
    expect(
      await requestToken({ ...form, client_id: app_id, client_secret: app_secret }, authorization),
    ).toMatchObject({
      status: 401,
      body: { code: 2, message: "Authentication failed.", status: "failure" },
    });
  }
  expect(emulator.account().access_tokens).toHaveLength(1);
});

test.each([
  [{}, "grant_type"],
  [{ grant_type: "password" }, "must be refresh_token"],
  [{ grant_type: "refresh_token" }, "refresh_token"],
] as [Record<string, string>, string][])("rejects the form %j, and names %s", async (form, reason) => {
  const { requestToken } = await startWithClock();
  expect(await requestToken(form)).toMatchObject({
    status: 400,
    body: { code: 1, message: expect.stringContaining(reason) },
  });
});
