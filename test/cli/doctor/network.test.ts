import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { checkNetwork } from "../../../cli/doctor/network";
import { selfSignedCertificate } from "../../api/helpers/certificate";
import { respondWith, serve } from "../../api/helpers/server";
import { hostWith } from "../../run-context";
import { summaryOf } from "./helpers/checked-accounts";

async function check(apiUrl: string, requestTimeoutMs = 5000, environment: NodeJS.ProcessEnv = {}) {
  const checks = await checkNetwork({ apiUrl, requestTimeoutMs, host: hostWith(environment) });
  return { isReachable: checks.every(({ status }) => status === "ok"), lines: checks.map(summaryOf), checks };
}

const unauthorized = { code: 2, message: "Authentication failed.", status: "failure" };

test("sends one request without a token to an API that responds", async () => {
  const server = await serve(respondWith(401, unauthorized));
  const { isReachable, lines } = await check(server.apiUrl);
  expect(isReachable).toBe(true);
  expect(lines).toEqual(["- proxy ok: no proxy", `- api ok: ${server.apiUrl} responds`]);
  expect(server.requests.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
    ["GET", "/v5/integrations?page_size=1", undefined],
  ]);
});

test("reports a port without a server", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { isReachable, checks } = await check(`http://127.0.0.1:${port}/v5`);
  expect(isReachable).toBe(false);
  expect(checks.at(-1)).toMatchObject({ id: "api", status: "error" });
  expect(checks.at(-1)?.found).toMatch(/^http:\/\/127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/);
  expect(checks.at(-1)?.remedy).toContain("check pinterest:apiUrl, network and proxy");
});

test("reports a name that cannot be resolved", async () => {
  const { isReachable, checks } = await check("https://api.pinterest.invalid/v5");
  expect(isReachable).toBe(false);
  expect(checks.at(-1)?.remedy).toContain("The name cannot be resolved");
});

test("reports a certificate of an unknown authority", async () => {
  const server = await serve(respondWith(401, unauthorized), selfSignedCertificate());
  const { isReachable, checks } = await check(server.apiUrl);
  expect(isReachable).toBe(false);
  expect(checks.at(-1)).toMatchObject({ id: "api", status: "error" });
  expect(checks.at(-1)?.remedy).toContain("NODE_EXTRA_CA_CERTS");
});

test("reports an API that does not respond in time", async () => {
  const { apiUrl } = await serve(() => {});
  const { isReachable, checks } = await check(apiUrl, 50);
  expect(isReachable).toBe(false);
  expect(checks.at(-1)?.found).toMatch(/cannot be reached: no response within 0\.05 s$/);
});

test.each([
  [200, "<html>Welcome to our hotel</html>"],
  [404, "<html>Not found</html>"],
  [200, '{"items": []}'],
])("sends no token to a server that is not Pinterest's (HTTP %d, %j)", async (status, body) => {
  const { apiUrl } = await serve(respondWith(status, body));
  const { isReachable, checks } = await check(apiUrl);
  expect(isReachable).toBe(false);
  expect(checks.at(-1)?.found).toBe(`the server at ${apiUrl} is not Pinterest's API (HTTP ${status})`);
});

test("sends no token if apiUrl lacks the API's path, and names the path", async () => {
  const { apiUrl } = await serve(respondWith(404, { code: 404, message: "There is no such endpoint." }));
  const { isReachable, checks } = await check(apiUrl);
  expect(isReachable).toBe(false);
  expect(checks.at(-1)).toMatchObject({
    found: `the list of integrations at ${apiUrl} responds with HTTP 404`,
    remedy: expect.stringContaining("normally ends in /v5"),
  });
});

test("reports a failure of Pinterest, and sends no token", async () => {
  const { apiUrl } = await serve(respondWith(503, { code: 0, message: "down" }));
  const { isReachable, lines } = await check(apiUrl);
  expect(isReachable).toBe(false);
  expect(lines[1]).toMatch(/^- api error: .* responds with HTTP 503$/);
});

test("names a proxy and its variable without its password, and reports that the proxy refuses requests", async () => {
  const proxy = createServer();
  proxy.on("connect", (_request, socket) => socket.end("HTTP/1.1 407 No\r\n\r\n"));
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  const environment = { https_proxy: `http://user:hunter22@127.0.0.1:${port}` };
  const { checks, lines } = await check("https://api.pinterest.test/v5", 5000, environment);
  const { lines: withExceptions } = await check("https://api.pinterest.test/v5", 5000, {
    ...environment,
    NO_PROXY: "other.test",
  });
  proxy.closeAllConnections();
  proxy.close();
  const inUse = `- proxy ok: requests use the proxy 127.0.0.1:${port} (HTTPS_PROXY)`;
  expect(lines[0]).toBe(inUse);
  expect(withExceptions[0]).toBe(`${inUse}, unless NO_PROXY (other.test) excludes the address`);
  expect(checks.at(-1)?.remedy).toContain("The proxy requires a user name and password");
  expect(JSON.stringify(checks)).not.toContain("hunter22");
});

test("reports an invalid proxy address without its password", async () => {
  const environment = { HTTPS_PROXY: "http://user:hunter22@bad host:1" };
  const { isReachable, checks } = await check("https://api.pinterest.test/v5", 5000, environment);
  expect(isReachable).toBe(false);
  expect(checks).toMatchObject([{ id: "proxy", status: "error" }]);
  expect(JSON.stringify(checks)).not.toContain("hunter22");
});
