import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { checkNetwork } from "../../../cli/doctor/network";
import { selfSignedCertificate } from "../../api/helpers/certificate";
import { respondWith, serve } from "../../api/helpers/server";
import { notSent, pattern, proxyPassword, unresolvedHost } from "../../expected/messages";
import { hostWith } from "../../run-context";

/** The checks, without their IDs and groups. */
async function check(apiUrl: string, environment: NodeJS.ProcessEnv = {}, requestTimeoutMs = 5000) {
  const checks = await checkNetwork({ apiUrl, requestTimeoutMs, host: hostWith(environment) });
  return checks.map(({ id: _id, group: _group, ...rest }) => rest);
}

const noProxy = { status: "ok", found: "no proxy" };
const unauthorized = { code: 2, message: "Authentication failed.", status: "failure" };

test("sends one request without a token to an API that responds", async () => {
  const server = await serve(respondWith(401, unauthorized));
  expect(await check(server.apiUrl)).toEqual([noProxy, { status: "ok", found: `${server.apiUrl} responds` }]);
  expect(server.requests.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
    ["GET", "/v5/integrations?page_size=1", undefined],
  ]);
});

const checkAddressAndLogin =
  "Check `pinterest:apiUrl` (PINTEREST_API_URL), HTTPS_PROXY and NO_PROXY, and whether the network requires a login.";

test.each<[string, status: number, body: string | object, found: string, remedy: string]>([
  [
    "another server",
    200,
    "<html>Welcome to our hotel</html>",
    "the server at URL is not Pinterest's API (HTTP 200)",
    checkAddressAndLogin,
  ],
  [
    "another API",
    200,
    { items: [] },
    "the server at URL is not Pinterest's API (HTTP 200)",
    checkAddressAndLogin,
  ],
  [
    "an address without the API's path",
    404,
    { code: 404, message: "There is no such endpoint." },
    "the list of integrations at URL responds with HTTP 404",
    "Check `pinterest:apiUrl` (PINTEREST_API_URL): it normally ends in /v5.",
  ],
  [
    "a failure of Pinterest",
    503,
    { code: 0, message: "down" },
    "the list of integrations at URL responds with HTTP 503",
    "Pinterest's API is failing. Run the command again later.",
  ],
])("reports %s", async (_what, status, body, found, remedy) => {
  const { apiUrl } = await serve(respondWith(status, body));
  expect(await check(apiUrl)).toEqual([
    noProxy,
    { status: "error", found: found.replace("URL", apiUrl), remedy },
  ]);
});

test.each<[string, () => Promise<string>, found: RegExp, remedy: RegExp]>([
  [
    "a port without a server",
    async () => "http://127.0.0.1:1/v5",
    /^http:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
    new RegExp(pattern(notSent)),
  ],
  [
    "a name that cannot be resolved",
    async () => "https://api.pinterest.invalid/v5",
    /^https:\/\/api\.pinterest\.invalid cannot be reached: /,
    new RegExp(unresolvedHost),
  ],
  [
    "a certificate of an unknown authority",
    async () => (await serve(respondWith(401, unauthorized), selfSignedCertificate())).apiUrl,
    / cannot be reached: /,
    /NODE_EXTRA_CA_CERTS/,
  ],
])("reports that the API cannot be reached: %s", async (_what, address, found, remedy) => {
  expect(await check(await address())).toEqual([
    noProxy,
    {
      status: "error",
      found: expect.stringMatching(found),
      remedy: expect.stringMatching(remedy),
    },
  ]);
});

test("reports an API that does not respond in time", async () => {
  const { apiUrl } = await serve(() => {});
  expect(await check(apiUrl, {}, 500)).toEqual([
    noProxy,
    {
      status: "error",
      found: expect.stringMatching(/cannot be reached: no response within 0\.5 s$/),
      remedy: expect.stringMatching(/./),
    },
  ]);
});

test("names a proxy and its variable without its password, and reports that the proxy refuses requests", async () => {
  const proxy = createServer();
  proxy.on("connect", (_request, socket) => socket.end("HTTP/1.1 407 No\r\n\r\n"));
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  // Read in either case, and named in upper case.
  const environment = { https_proxy: `http://user:hunter22@127.0.0.1:${port}`, NO_PROXY: "other.test" };
  const checks = await check("https://api.pinterest.test/v5", environment);
  proxy.closeAllConnections();
  proxy.close();
  expect(checks).toEqual([
    {
      status: "ok",
      found: `requests use the proxy 127.0.0.1:${port} (HTTPS_PROXY), unless NO_PROXY (other.test) excludes the address`,
    },
    expect.objectContaining({
      status: "error",
      remedy: expect.stringContaining(proxyPassword),
    }),
  ]);
  expect(JSON.stringify(checks)).not.toContain("hunter22");
});

test("reports an invalid proxy address without its password, and sends no request", async () => {
  const environment = { HTTPS_PROXY: "http://user:hunter22@bad host:1" };
  const checks = await check("https://api.pinterest.test/v5", environment);
  expect(checks).toMatchObject([
    { status: "error", found: expect.stringContaining("HTTPS_PROXY is not a URL") },
  ]);
  expect(JSON.stringify(checks)).not.toContain("hunter22");
});
