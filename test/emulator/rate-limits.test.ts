import { expect, test } from "@jest/globals";
import type { RateLimits, Switches } from "../../emulator";
import { emulate, type Received, type Sending } from "./helpers/emulate";

const LIST = "GET /integrations";
const WRITE = "DELETE /integrations/commerce/none";

/** Starts an emulator with limits and a clock that does not advance. */
async function startWithLimits(rateLimits: RateLimits, switches: Partial<Switches> = {}) {
  const clock = { now: 1_700_000_000_000 };
  const { emulator, send } = await emulate({
    now: () => clock.now,
    switches: { rateLimits, ...switches },
  });
  const sendMany = async (count: number, request: string, sending?: Sending): Promise<Received> => {
    for (let index = 1; index < count; index += 1) await send(request, sending);
    return send(request, sending);
  };
  return { emulator, send, clock, many: sendMany };
}

const headersOf = ({ headers }: Received) =>
  ["limit", "remaining", "reset"].map((name) => headers.get(`x-ratelimit-${name}`));

const NET = '100;w=1;name="safety_net_app_id_user_id"';
const singleWindow = (limit: number, window = 60) => [{ limit, window }];

test("names the nearest limit, all windows, the remaining requests and the seconds until the reset", async () => {
  const { send } = await startWithLimits("standard");
  expect(headersOf(await send(LIST))).toEqual([
    `100, ${NET}, 1000;w=60;name="ads_read_app_id_user_id"`,
    "99",
    "1",
  ]);
  expect(headersOf(await send(WRITE))).toEqual([
    `100, ${NET}, 400;w=60;name="ads_write_app_id_user_id"`,
    "98",
    "1",
  ]);
  const { send: other, clock: later } = await startWithLimits({ ads_read: singleWindow(60) });
  await other(LIST);
  later.now += 2500;
  expect(headersOf(await other(LIST))).toEqual([
    `60, ${NET}, 60;w=60;name="ads_read_app_id_user_id"`,
    "58",
    "58",
  ]);
});

test("limits all categories together to 100 requests a second", async () => {
  const { many, send, clock } = await startWithLimits("standard");
  await many(60, LIST);
  expect((await many(40, WRITE)).status).toBe(404);
  const refused = await send(LIST);
  expect(refused).toMatchObject({ status: 429, body: { code: 8 } });
  expect(refused.body.message).toMatch(/^This request exceeded a rate limit\./);
  expect(headersOf(refused).slice(1)).toEqual(["0", "1"]);
  clock.now += 999;
  expect(await send(LIST)).toMatchObject({ status: 429 });
  clock.now += 1;
  expect(await send(LIST)).toMatchObject({ status: 200 });
});

test.each([
  [LIST, 1000],
  [WRITE, 400],
] as const)("%s succeeds %i times a minute with standard access", async (request, limit) => {
  const { many, send, clock } = await startWithLimits("standard");
  for (let second = 0; second < limit / 100; second += 1) {
    const lastResponse = await many(100, request);
    expect(lastResponse.status).not.toBe(429);
    clock.now += 1000;
  }
  const refused = await send(request);
  expect(refused.status).toBe(429);
  expect(headersOf(refused)).toEqual([expect.stringContaining(`${limit}, `), "0", String(60 - limit / 100)]);
  clock.now += 60_000 - limit * 10;
  expect((await send(request)).status).not.toBe(429);
});

test("starts a window at its first request", async () => {
  const { many, send, clock } = await startWithLimits({ ads_read: singleWindow(3) });
  clock.now += 45_000;
  await send(LIST);
  clock.now += 59_999;
  expect((await many(2, LIST)).status).toBe(200);
  expect((await send(LIST)).status).toBe(429);
  clock.now += 1;
  expect((await many(3, LIST)).status).toBe(200);
});

test("counts by category, user and app, and counts accounts of one user together", async () => {
  const { send, emulator } = await startWithLimits({ ads_read: singleWindow(1), ads_write: singleWindow(1) });
  const { connected_user_id, refresh_token, app_id, app_secret } = emulator.account();
  emulator.addAccount({ name: "twin", connected_user_id });
  emulator.addAccount({ name: "elsewhere", connected_user_id, app_id: "77" });
  await send(LIST);
  expect((await send(LIST)).status).toBe(429);
  expect((await send("GET /integrations/1")).status).toBe(429);
  expect((await send(LIST, { account: "twin" })).status).toBe(429);
  expect((await send(WRITE)).status).toBe(404);
  expect((await send("POST /integrations/logs", { body: {} })).status).toBe(429);
  expect((await send(LIST, { account: "shop-2" })).status).toBe(200);
  expect((await send(LIST, { account: "elsewhere" })).status).toBe(200);
  emulator.setSwitches({ rateLimits: { org_read: singleWindow(1) } });
  const authorization = `Basic ${Buffer.from(`${app_id}:${app_secret}`).toString("base64")}`;
  const refresh = (token: string) =>
    send("POST /oauth/token", { form: { grant_type: "refresh_token", refresh_token: token }, authorization });
  expect(await refresh(refresh_token)).toMatchObject({ status: 200 });
  const refused = await refresh(refresh_token);
  expect(refused.status).toBe(429);
  expect(headersOf(refused)[0]).toContain('1;w=60;name="org_read_app_id_user_id"');
  expect(await refresh(emulator.refreshToken("shop-2"))).toMatchObject({ status: 200 });
});

test("limits an app with trial access to 1,000 requests and 300 writes a day, for all users together", async () => {
  const { many, send, clock } = await startWithLimits("trial");
  for (let second = 0; second < 3; second += 1) {
    await many(50, WRITE);
    await many(50, WRITE, { account: "shop-2" });
    clock.now += 1000;
  }
  const refused = await send(WRITE);
  expect(refused.status).toBe(429);
  expect(headersOf(refused).slice(1)).toEqual(["0", String(86_400 - 3)]);
  for (let second = 0; second < 7; second += 1) {
    await many(50, LIST);
    expect((await many(50, LIST, { account: "shop-2" })).status).toBe(200);
    clock.now += 1000;
  }
  expect((await send(LIST)).status).toBe(429);
  clock.now += 86_400_000 - 10_000;
  expect((await send(LIST)).status).toBe(200);
  expect((await send(WRITE)).status).toBe(404);
});
