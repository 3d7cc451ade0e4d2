import { expect, test } from "@jest/globals";
import { renewalBeforeExpiryMs } from "../../expected/limits";
import { respondWith } from "../helpers/server";
import { day, grant, minute, setUpRefreshToken, tokenResponse } from "./helpers/refresh-token";

const grantTokens =
  (more: object = {}) =>
  (number: number) =>
    respondWith(200, tokenResponse(number, more));

test("sends the refresh token as a form, and the app in HTTP Basic", async () => {
  const { server, credentials } = await setUpRefreshToken(grantTokens());
  expect(await credentials.accessToken()).toBe("pina_a1");
  expect(server.requests).toHaveLength(1);
  const { method, url, headers, body } = server.requests[0] ?? {};
  expect([method, url]).toEqual(["POST", "/v5/oauth/token"]);
  expect(headers).toMatchObject({
    "content-type": "application/x-www-form-urlencoded",
    authorization: `Basic ${Buffer.from(`${grant.appId}:${grant.appSecret}`).toString("base64")}`,
  });
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    grant_type: "refresh_token",
    refresh_token: grant.refreshToken,
  });
});

test.each([
  ["shortly before it expires", 30 * 24 * 3600, 30 * day - renewalBeforeExpiryMs],
  ["after 90 % of a short lifetime", 1000, 900_000],
])("renews a token %s", async (_when, expiresIn, due) => {
  const { server, clock, credentials } = await setUpRefreshToken(grantTokens({ expires_in: expiresIn }));
  await credentials.accessToken();
  clock.time += due - 1;
  expect(await credentials.accessToken()).toBe("pina_a1");
  clock.time += 1;
  const tokens = await Promise.all([credentials.accessToken(), credentials.accessToken()]);
  expect(tokens).toEqual(["pina_a2", "pina_a2"]);
  expect(server.requests).toHaveLength(2);
});

test("uses a token until it expires, but not longer, if renewal fails, and retries once a minute", async () => {
  const { server, clock, credentials } = await setUpRefreshToken((number) =>
    number === 1 ? respondWith(200, tokenResponse(1)) : respondWith(400, { code: 1, message: "no" }),
  );
  await credentials.accessToken();
  clock.time += 30 * day - 4 * minute;
  for (let request = 0; request < 5; request += 1) expect(await credentials.accessToken()).toBe("pina_a1");
  expect(server.requests).toHaveLength(2);
  clock.time += minute;
  expect(await credentials.accessToken()).toBe("pina_a1");
  expect(server.requests).toHaveLength(3);
  clock.time += 2.5 * minute;
  expect(await credentials.accessToken()).toBe("pina_a1");
  // Less than a minute after a renewal failed.
  clock.time += minute / 2 + 1000;
  await expect(credentials.accessToken()).rejects.toThrow("HTTP 400");
  clock.time += minute;
  await expect(credentials.accessToken()).rejects.toThrow("HTTP 400");
});

test("a caller that cancels does not cancel the exchange of others", async () => {
  const { server, credentials } = await setUpRefreshToken((number) => (request, response) => {
    setImmediate(() => respondWith(200, tokenResponse(number))(request, response));
  });
  const controller = new AbortController();
  const first = credentials.accessToken(controller.signal);
  const second = credentials.accessToken();
  controller.abort(new Error("canceled"));
  await expect(first).rejects.toThrow("canceled");
  expect(await second).toBe("pina_a1");
  expect(await credentials.accessToken()).toBe("pina_a1");
  expect(server.requests).toHaveLength(1);
});

test("replaces a rejected token once for all requests", async () => {
  const { server, clock, credentials } = await setUpRefreshToken(grantTokens());
  await credentials.accessToken();
  clock.time += 2 * minute;
  const renewed = await Promise.all([1, 2, 3].map(() => credentials.renew?.("pina_a1")));
  expect(renewed).toEqual([true, true, true]);
  expect(await credentials.renew?.("pina_a1")).toBe(true);
  expect(await credentials.accessToken()).toBe("pina_a2");
  expect(server.requests).toHaveLength(2);
});

test("does not replace a token that is rejected within a minute of its exchange", async () => {
  const { server, clock, credentials } = await setUpRefreshToken(grantTokens());
  await credentials.accessToken();
  expect(await credentials.renew?.("pina_a1")).toBe(false);
  expect(server.requests).toHaveLength(1);
  clock.time += minute;
  expect(await credentials.renew?.("pina_a1")).toBe(true);
  expect(server.requests).toHaveLength(2);
});

test.each([
  ["a new refresh token", {}],
  [
    "a new refresh token whose notice cannot be printed",
    {
      notify: () => {
        throw new Error("EPIPE");
      },
    },
  ],
])("uses %s for the next exchange", async (_what, options) => {
  const { server, clock, credentials } = await setUpRefreshToken(
    (number) => respondWith(200, tokenResponse(number, { refresh_token: `pinr_5ecret${number}` })),
    options,
  );
  await credentials.accessToken();
  clock.time += 30 * day;
  await credentials.accessToken();
  expect(server.requests.map(({ body }) => new URLSearchParams(body).get("refresh_token"))).toEqual([
    "pinr_5ecret0",
    "pinr_5ecret1",
  ]);
});

test.each([
  [{}, "the default account", "pinterest:refreshToken"],
  [{ account: "north" }, "account 'north'", "pinterest:accounts"],
])("warns once about a new refresh token that is not saved, with %j", async (options, account, key) => {
  const { clock, notes, credentials } = await setUpRefreshToken(
    (number) => respondWith(200, tokenResponse(number, { refresh_token: `pinr_5ecret${number}` })),
    options,
  );
  await credentials.accessToken();
  clock.time += 30 * day;
  await credentials.accessToken();
  expect(notes).toEqual([
    `Pinterest issued a new refresh token for ${account}, which is not saved. Set pinterest:tokenFile (PINTEREST_TOKEN_FILE) to a ` +
      `file that keeps it, before the one in ${key} expires.`,
  ]);
});

const hour = 3600;

/** A notice about the expiry of the refresh token. */
const expires = (when: string) =>
  `The refresh token of the default account expires on ${when}: if no update renews it before that date, the merchant must connect to the app again.`;

test.each([
  ["the configured refresh token", { refresh_token: grant.refreshToken }, []],
  ["an expiry after a week", { refresh_token_expires_in: 8 * 24 * hour }, []],
  ["an expiry in a week", { refresh_token_expires_in: 7 * 24 * hour }, [expires("2027-01-08, in 7 days")]],
  ["an expiry today", { refresh_token_expires_in: 11 * hour }, [expires("2027-01-01, in less than a day")]],
])("warns only if the refresh token expires within a week: %s", async (_name, more, expected) => {
  const { notes, credentials } = await setUpRefreshToken(grantTokens(more));
  await credentials.accessToken();
  expect(notes).toEqual(expected);
});
