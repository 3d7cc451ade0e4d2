import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parseApiUrl } from "../../../provider/api/address";
import { AccountRevoked } from "../../../provider/api/credentials";
import { exchangeRefreshToken } from "../../../provider/api/credentials/token-endpoint";
import { systemClock } from "../../../provider/base/clock";
import {
  connectAgain,
  namedRequest,
  redacted,
  retryNotice,
  tokenRequestFailed,
} from "../../expected/messages";
import { failureOf } from "../../lifecycle/helpers/failure";
import { temporaryDirectory } from "../../temporary-directory";
import { type Handler, respondWith, serve } from "../helpers/server";
import { type SetupOptions, setUpRefreshToken, tokenResponse } from "./helpers/refresh-token";

/** The error of an exchange at an endpoint that always sends the same response. */
async function failure(handler: Handler, options?: SetupOptions) {
  const { server, credentials, clock } = await setUpRefreshToken(() => handler, options);
  const error = await failureOf(credentials.accessToken());
  // `MTUwMDAw` is the start of the Basic credentials: Base64 of the app ID 1500001.
  expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toMatch(/5ecret|MTUwMDAw/);
  expect(error.message.length).toBeLessThanOrEqual(500);
  return { error, message: error.message, server, credentials, clock };
}

test.each([400, 401])(
  "HTTP %d with code 283 means that the merchant must connect again, and is final",
  async (status) => {
    const { error, message, server, credentials } = await failure(
      respondWith(
        status,
        { code: 283, message: "The authorization grant is invalid" },
        { "x-pinterest-rid": "77" },
      ),
    );
    expect(error).toBeInstanceOf(AccountRevoked);
    expect(error).toHaveProperty("requestId", "77");
    expect(message).toBe(
      `Pinterest rejected the refresh with HTTP ${status}, code 283: The authorization grant is invalid ${namedRequest("77")}. The refresh token is ` +
        `wrong, expired, revoked or replaced. ${connectAgain}`,
    );
    await expect(credentials.accessToken()).rejects.toThrow(message);
    expect(server.requests).toHaveLength(1);
  },
);

test.each([
  [
    "a rejected app",
    401,
    { code: 2, message: "Authentication failed." },
    /app ID or app secret is wrong.*pinterest:appId and pinterest:appSecret/,
  ],
  ["a blocked app", 403, { code: 29, message: "You are not permitted." }, /or the app is blocked/],
  ["the error invalid_grant", 400, { error: "invalid_grant" }, /The merchant must connect to the app again/],
  ["a wrong request", 400, { code: 1, message: "no" }, /HTTP 400, code 1: no\. Check the refresh token/],
  ["spam", 429, { code: 8, message: "This looks like spam." }, /as spam\. Contact Pinterest's support/],
  [
    "a proxy's page",
    403,
    "<html><title>Blocked</title></html>",
    /HTTP 403: Blocked\. The response is not from Pinterest's API\. Check pinterest:apiUrl, HTTPS_PROXY/,
  ],
])("reports %s with a remedy, and does not retry", async (_what, status, body, text) => {
  const { message, server } = await failure(respondWith(status, body));
  expect(message).toMatch(text);
  expect(server.requests).toHaveLength(1);
});

test("redacts secrets that the endpoint echoes", async () => {
  const { message } = await failure((request, response) => {
    respondWith(400, { code: 1, message: `${request.body} ${request.headers.authorization} 5ecret/app+%` })(
      request,
      response,
    );
  });
  expect(message).toContain(redacted);
});

test.each([300, 307])("does not follow a redirect with HTTP %d", async (status) => {
  const { message, server } = await failure(
    respondWith(status, "", { location: "http://127.0.0.1:9/steal" }),
  );
  expect(message).toMatch(/does not follow redirects/);
  expect(server.requests).toHaveLength(1);
});

test.each([
  [
    "HTTP 503",
    respondWith(503, { code: 911, message: "down" }),
    /HTTP 503, code 911: down\. Run again later/,
  ],
  ["HTTP 408", respondWith(408, { code: 1, message: "slow" }), /HTTP 408.*Run again later/],
  [
    "HTTP 429",
    respondWith(429, { code: 8, message: "rate" }),
    /HTTP 429, code 8: rate\. The rate limit is used up/,
  ],
  [
    "truncated JSON",
    respondWith(200, '{"access_token":"pina_5ecret'),
    /response is not what Pinterest's API describes: it is not JSON, or truncated/,
  ],
  [
    "a broken connection",
    ((_request, response) => response.destroy()) as Handler,
    new RegExp(`${tokenRequestFailed("\\S+")}.*Check the network, the proxy`),
  ],
])("retries %s as often as configured", async (_what, handler, text) => {
  const { message, server, clock } = await failure(handler, { maxAttempts: 3 });
  expect(message).toMatch(text);
  expect(server.requests).toHaveLength(3);
  expect(clock.sleeps).toHaveLength(2);
});

test.each([
  ["a page", "<html>Sign in</html>", /it is HTML/],
  ["no access token", { refresh_token: "pinr_5ecret" }, /access_token is not a string/],
  [
    "an access token with a line break",
    { access_token: "pina_5ecret\nx" },
    /access_token contains whitespace/,
  ],
])("reports a successful response that is %s, and does not retry", async (_what, body, text) => {
  const { message, server } = await failure(respondWith(200, body));
  expect(message).toMatch(text);
  expect(server.requests).toHaveLength(1);
});

test("retries after the wait that the endpoint asks for, and prints it", async () => {
  const { credentials, clock, notes } = await setUpRefreshToken(
    (number) =>
      number === 1 ? respondWith(503, "", { "retry-after": "7" }) : respondWith(200, tokenResponse(number)),
    { account: "shop-a" },
  );
  expect(await credentials.accessToken()).toBe("pina_a2");
  expect(clock.sleeps[0]).toBeGreaterThanOrEqual(7000);
  expect(notes).toEqual([
    retryNotice(
      "the token endpoint responded with HTTP 503",
      "getting an access token for account 'shop-a'",
      "8 s",
      "2 of 4",
    ),
  ]);
});

test("logs the exchange without tokens in the debug log", async () => {
  const file = join(temporaryDirectory(), "debug.log");
  const { credentials } = await setUpRefreshToken(
    (number) => respondWith(200, tokenResponse(number, { refresh_token: "pinr_5ecret1" })),
    { network: { debugLog: file } },
  );
  await credentials.accessToken();
  const log = readFileSync(file, "utf8");
  expect(log).toMatch(/> refreshToken POST \/v5\/oauth\/token[\s\S]*< refreshToken .* 200/);
  expect(log).not.toMatch(/5ecret|pina_a1|MTUwMDAw/);
});

const lifetimeMs = 2_592_000_000;

test.each([
  ["nothing else", {}, { lifetime: lifetimeMs }],
  ["a lifetime", { expires_in: 60 }, { lifetime: 60_000 }],
  ...[0, -1, "soon", "Infinity", true].map(
    (expires_in) => [`the lifetime ${expires_in}`, { expires_in }, { lifetime: lifetimeMs }] as const,
  ),
  ["scopes", { scope: "ads:read,ads:write user" }, { scopes: ["ads:read", "ads:write", "user"] }],
  ["a refresh token", { refresh_token: "pinr_b" }, { refreshToken: "pinr_b" }],
  ["a refresh token with a space", { refresh_token: "pinr b" }, { refreshToken: undefined }],
  ["an expiry in seconds", { refresh_token_expires_at: 2e9 }, { refreshTokenExpiresAt: 2e12 }],
  ["an expiry in milliseconds", { refresh_token_expires_at: 2e12 }, { refreshTokenExpiresAt: 2e12 }],
  ["no expiry", { refresh_token_expires_at: 0 }, { refreshTokenExpiresAt: undefined }],
])("reads a response with an access token and %s", async (_what, body, expected) => {
  const { apiUrl } = await serve(respondWith(200, { access_token: "pina_a", ...body }));
  const endpoint = { address: parseApiUrl(apiUrl), timeoutMs: 5_000 };
  const credentials = { refreshToken: "pinr_a", appId: "1", appSecret: "5ecret" };
  const { access, ...tokens } = await exchangeRefreshToken(endpoint, credentials, systemClock);
  const { refreshToken, refreshTokenExpiresAt, scopes } = tokens;
  const found = {
    lifetime: access.expiresAt - access.obtainedAt,
    refreshToken,
    refreshTokenExpiresAt,
    scopes,
  };
  expect(found).toMatchObject(expected);
  const unset = Object.values(tokens).filter((value) => value === undefined);
  expect(unset).toEqual([]);
});
