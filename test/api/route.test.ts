import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { EnvHttpProxyAgent, request } from "undici";
import { parseApiUrl, routeTo } from "../../provider/api/address";

const route = (apiUrl: string, environment: NodeJS.ProcessEnv) => routeTo(parseApiUrl(apiUrl), environment);
const remote = "https://api.pinterest.test/v5";

test.each([
  [{}, {}],
  [{ HTTPS_PROXY: "" }, {}],
  [{ HTTPS_PROXY: "http://a:1" }, { variable: "HTTPS_PROXY", uri: "http://a:1" }],
  [
    { https_proxy: "a:1", HTTPS_PROXY: "b:2" },
    { variable: "HTTPS_PROXY", uri: "http://a:1" },
  ],
  [{ HTTP_PROXY: "http://a:1" }, { variable: "HTTP_PROXY", uri: "http://a:1" }],
  [
    { HTTP_PROXY: "http://a:1", HTTPS_PROXY: "http://user:hunter22@b:2" },
    { variable: "HTTPS_PROXY", uri: "http://user:hunter22@b:2" },
  ],
  [{ HTTPS_PROXY: "a:1", NO_PROXY: "pinterest.test" }, { variable: "HTTPS_PROXY" }],
  [{ HTTPS_PROXY: "a:1", no_proxy: "pinterest.test", NO_PROXY: "other.test" }, { variable: "HTTPS_PROXY" }],
] as const)("is, with %j: %j", (environment, expected) => {
  expect(route(remote, environment)).toEqual(expected);
});

test("uses no proxy for this machine", () => {
  expect(route("http://localhost:1/v5", { HTTPS_PROXY: "a:1", HTTP_PROXY: "a:1" })).toEqual({});
});

test("does not repeat a proxy address that is not a URL", () => {
  expect(() => route(remote, { HTTPS_PROXY: "http://user:hunter22@bad host:1" })).toThrow(
    /^HTTPS_PROXY is not a URL such as/,
  );
});

describe("NO_PROXY excludes the same hosts as in undici", () => {
  let proxy: string;
  const server = createServer();
  let tunnels = 0;
  beforeAll(async () => {
    server.on("connect", (_request, socket) => {
      tunnels += 1;
      socket.end("HTTP/1.1 502 No\r\n\r\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const hosts = ["api.pinterest.invalid", "pinterest.invalid", "api.pinterest.invalid:8443", "[2001:db8::1]"];
  const exceptions = [
    "",
    "*",
    "*:443",
    "*:80",
    "pinterest.invalid",
    ".pinterest.invalid",
    "*.pinterest.invalid",
    "API.Pinterest.Invalid.",
    "terest.invalid",
    "other.test, api.pinterest.invalid",
    "other.test api.pinterest.invalid:443",
    "api.pinterest.invalid:8443",
    "2001:db8::1",
    "[2001:db8::1]",
    "[2001:db8::1]:443",
    "[2001:db8::1]:80",
    " , ,  pinterest.invalid ,",
    "[pinterest.invalid]",
    "2001:db8::1:443",
    "x[2001:db8::1]",
    "[2001:db8::1]x",
    "::",
    ":443",
    "pinterest.invalid:443x",
  ];
  const cases = hosts.flatMap((host) => exceptions.map((noProxy) => [host, noProxy] as const));

  test.each(cases)("%s under %j", async (host, noProxy) => {
    const agent = new EnvHttpProxyAgent({
      httpsProxy: proxy,
      httpProxy: proxy,
      noProxy,
      // Nothing leaves this machine: what goes round the proxy meets a closed port.
      connect: (_options, callback) => {
        const socket = connect(1, "127.0.0.1");
        socket.once("error", (error) => callback(error, null));
      },
    });
    tunnels = 0;
    await request(`https://${host}/`, { dispatcher: agent }).catch(() => {});
    await agent.destroy();
    const expected = tunnels > 0 ? proxy : undefined;
    expect(route(`https://${host}/v5`, { HTTPS_PROXY: proxy, NO_PROXY: noProxy }).uri).toBe(expected);
  });
});
