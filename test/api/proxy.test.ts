import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { proxyPassword, unresolvedHost } from "../expected/messages";
import { temporaryDirectory } from "../temporary-directory";
import { selfSignedCertificate } from "./helpers/certificate";
import { startChild } from "./helpers/child";
import { clientFor, failureOf } from "./helpers/client";
import { respondWith, serve } from "./helpers/server";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A proxy that connects every tunnel to the given local port, responds with a status, or never responds. */
async function startProxy(to: { port: number } | { status: number } | "silence") {
  const tunnels: { target: string; authorization: string | undefined }[] = [];
  const sockets: Socket[] = [];
  const server = createServer();
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    tunnels.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    sockets.push(socket);
    socket.on("error", () => {});
    if (to === "silence") return;
    if ("status" in to) {
      socket.end(`HTTP/1.1 ${to.status} No\r\n\r\n`);
      return;
    }
    const upstream = connect(to.port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on("error", () => socket.destroy());
    sockets.push(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, address: `http://127.0.0.1:${port}`, tunnels };
}

const remote = "https://api.pinterest.test/v5";

/** A client that uses the proxy of these variables. */
function clientThrough(proxyVariables: Record<string, string>, apiUrl = remote, options = {}) {
  return clientFor(apiUrl, { network: { proxyVariables }, ...options });
}

test("sends requests through a proxy to a server with a certificate authority of NODE_EXTRA_CA_CERTS", async () => {
  const certificate = selfSignedCertificate("api.pinterest.test");
  const server = await serve(respondWith(200, { items: [{ id: "7" }] }), certificate);
  const proxy = await startProxy(server);
  const authority = join(temporaryDirectory(), "ca.pem");
  writeFileSync(authority, certificate.cert);
  const child = startChild(
    "api",
    `const network = { proxyVariables: process.env };
     new pinterest.PinterestClient({ apiUrl: "${remote}", credentials: pinterest.staticToken("token"), network })
       .listIntegrations().then((page) => console.log(JSON.stringify(page)), (error) => console.log(error.message));`,
    { HTTPS_PROXY: `http://user:p%40ss@127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: authority },
  );
  expect(JSON.parse(await child.line())).toEqual({ items: [{ integrationId: "7" }] });
  const authorization = `Basic ${Buffer.from("user:p@ss").toString("base64")}`;
  expect(proxy.tunnels).toEqual([{ target: "api.pinterest.test:443", authorization }]);
  expect(server.requests.map(({ headers }) => headers["proxy-authorization"])).toEqual([undefined]);
});

test.each([
  { NO_PROXY: "other.test,.pinterest.invalid" },
  { no_proxy: "api.pinterest.invalid:443", NO_PROXY: "other.test" },
])("uses no proxy for hosts in NO_PROXY: %j", async (exceptions) => {
  const proxy = await startProxy({ status: 502 });
  const client = clientThrough(
    { HTTPS_PROXY: proxy.address, ...exceptions },
    "https://api.pinterest.invalid/v5",
  );
  const error = await failureOf(client.listIntegrations());
  expect(proxy.tunnels).toEqual([]);
  expect(error).toMatchObject({ kind: "connection", outcome: "never-sent" });
  expect(error.message).toContain(unresolvedHost);
});

test.each([
  [502, /502.*HTTPS_PROXY/],
  [407, new RegExp(proxyPassword)],
])("reports that a proxy refuses the connection with %d", async (status, message) => {
  const proxy = await startProxy({ status });
  const error = await failureOf(clientThrough({ HTTPS_PROXY: proxy.address }).listIntegrations());
  expect(error).toMatchObject({ kind: "connection", outcome: "never-sent" });
  expect(error.message).toMatch(message);
});

test("stops waiting for a proxy that never responds at the time limit, without sending anything", async () => {
  const proxy = await startProxy("silence");
  const client = clientThrough({ HTTPS_PROXY: proxy.address }, remote, { requestTimeoutMs: 60 });
  const error = await failureOf(client.listIntegrations());
  expect(error).toMatchObject({ kind: "timeout", outcome: "never-sent" });
});

test("reports a proxy address that is not a URL without its password", async () => {
  const client = clientThrough({ HTTPS_PROXY: "http://user:hunter22@bad host:1" });
  const error = await failureOf(client.listIntegrations());
  expect(error).toMatchObject({ kind: "connection", outcome: "never-sent" });
  expect(error.message).toContain("HTTPS_PROXY is not a URL");
  expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("hunter22");
});
