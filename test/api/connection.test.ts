import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer, type Server } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { staticToken } from "../../provider/api";
import { systemClock } from "../../provider/base/clock";
import { deleting, mayBeCarriedOut, notSent } from "../expected/messages";
import { selfSignedCertificate } from "./helpers/certificate";
import { clientFor, failureOf, token } from "./helpers/client";
import { respondWith, serve } from "./helpers/server";
import { stopTimeLimits } from "./helpers/time-limits";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const end of cleanups.splice(0)) end();
});

/** A server that accepts connections and sends nothing. */
async function silentServer(): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    cleanups.push(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, server };
}

describe("the request was not sent", () => {
  test("if the connection is refused", async () => {
    const { port, server } = await silentServer();
    await new Promise((resolve) => server.close(resolve));
    const call = clientFor(`http://127.0.0.1:${port}/v5`).deleteCommerceIntegration("shop-1");
    const error = await failureOf(call, "connection");
    expect(error).toMatchObject({ kind: "connection", outcome: "never-sent", isTransient: true });
    expect(error.message).toMatch(
      new RegExp(
        `^${deleting("shop-1")} failed: could not connect to http://127.0.0.1:${port}: .*ECONNREFUSED`,
      ),
    );
    expect(error.message).toContain(notSent);
  });

  test("if the certificate is not trusted", async () => {
    const server = await serve(respondWith(200, {}), selfSignedCertificate());
    const error = await failureOf(clientFor(server.apiUrl).listIntegrations(), "connection");
    expect(error).toMatchObject({ outcome: "never-sent", isTransient: false });
    expect(error.message).toContain("NODE_EXTRA_CA_CERTS");
    expect(server.requests).toEqual([]);
  });

  test("if the time limit passes while connecting", async () => {
    const { port } = await silentServer();
    // TCP connects, but the TLS handshake never completes.
    const client = clientFor(`https://127.0.0.1:${port}/v5`, { requestTimeoutMs: 40 });
    const error = await failureOf(client.listIntegrations(), "timeout");
    expect(error).toMatchObject({ kind: "timeout", outcome: "never-sent" });
    expect(error.message).toContain("timed out after 0.04 s while connecting");
  });

  test("if the time limit passes while getting a token", async () => {
    const server = await serve(respondWith(200, {}));
    const credentials = { accessToken: () => new Promise<string>(() => {}) };
    // The clock stands still, so that the time limit cannot pass before the token is requested.
    const clock = { ...systemClock, now: () => 0 };
    const client = clientFor(server.apiUrl, { credentials, clock, operationTimeoutMs: 10 });
    const error = await failureOf(client.listIntegrations(), "timeout");
    expect(error.outcome).toBe("never-sent");
    expect(error.message).toContain("getting an access token");
    expect(server.requests).toEqual([]);
  });

  test("if the call is canceled before it starts, without getting a token", async () => {
    const server = await serve(respondWith(200, {}));
    let tokenRequests = 0;
    const credentials = { accessToken: () => Promise.resolve(`token-${tokenRequests++}`) };
    const call = clientFor(server.apiUrl, { credentials }).listIntegrations(
      {},
      { signal: AbortSignal.abort() },
    );
    const error = await failureOf(call, "aborted");
    expect(error).toMatchObject({ kind: "aborted", outcome: "never-sent" });
    expect(tokenRequests).toBe(0);
    expect(server.requests).toEqual([]);
  });
});

describe("the outcome is unknown", () => {
  test("if the connection is lost before the response", async () => {
    const server = await serve((_request, response) => response.destroy());
    const call = clientFor(server.apiUrl).createCommerceIntegration({ externalBusinessId: "shop-1" });
    const error = await failureOf(call, "connection");
    expect(error).toMatchObject({ kind: "connection", outcome: "unknown" });
    expect(error.message).toContain(mayBeCarriedOut());
    expect(server.requests).toHaveLength(1);
  });

  test("if there is no response in time", async () => {
    const passTimeLimit = stopTimeLimits();
    const server = await serve(passTimeLimit);
    const call = clientFor(server.apiUrl, { requestTimeoutMs: 60 }).updateCommerceIntegration("shop-1", {});
    const error = await failureOf(call, "timeout");
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(error.message).toContain("timed out after 0.06 s while waiting for the response");
    expect(error.note).toBeUndefined();
    expect(error.message).toContain(mayBeCarriedOut());
  });

  test("if the response does not end in time", async () => {
    const passTimeLimit = stopTimeLimits();
    subscribe("undici:request:bodyChunkReceived", passTimeLimit);
    const server = await serve((_request, response) => {
      response.writeHead(200);
      response.write("{");
    });
    const error = await failureOf(clientFor(server.apiUrl).listIntegrations(), "timeout");
    unsubscribe("undici:request:bodyChunkReceived", passTimeLimit);
    expect(error.outcome).toBe("unknown");
    expect(error.message).toContain("while reading the response");
  });

  test("if the call is canceled after the request was sent", async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort());
    const call = clientFor(server.apiUrl).deleteCommerceIntegration("shop-1", { signal: controller.signal });
    const error = await failureOf(call, "aborted");
    expect(error).toMatchObject({ kind: "aborted", outcome: "unknown" });
  });
});

test("limits a request to the time that its operation has left after getting a token", async () => {
  const { port } = await silentServer();
  let now = 0;
  const clock = { ...systemClock, now: () => now };
  const accessToken = async () => {
    now += 9960;
    return token;
  };
  const client = clientFor(`https://127.0.0.1:${port}/v5`, {
    credentials: { accessToken },
    clock,
    operationTimeoutMs: 10_000,
  });
  const error = await failureOf(client.listIntegrations(), "timeout");
  expect(error.message).toContain("timed out after 0.04 s");
});

describe("decodes the body of a response", () => {
  const encodings = [
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["BR", brotliCompressSync],
  ] as const;

  test.each(encodings)("in %s", async (encoding, encode) => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": encoding });
      response.end(encode('{"external_business_id": "shop-1", "scopes": "ads:read"}'));
    });
    const live = await clientFor(server.apiUrl).getCommerceIntegration("shop-1");
    expect(live).toEqual({ externalBusinessId: "shop-1", scopes: "ads:read" });
  });

  test("fails if the decoded body exceeds the limit", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync(`{"external_business_id": "shop-1"}${" ".repeat(32 * 1024 * 1024)}`));
    });
    const call = clientFor(server.apiUrl, { maxAttempts: 1 }).getCommerceIntegration("shop-1");
    const error = await failureOf(call, "connection");
    expect(error.outcome).toBe("unknown");
    expect(error.message).toContain("the response exceeds 33554432 bytes");
  });
});

test("hundreds of clients share at most 64 connections", async () => {
  const server = await serve(respondWith(200, { items: [] }));
  const clients = Array.from({ length: 300 }, (_, account) =>
    clientFor(server.apiUrl, { credentials: staticToken(`token-${account}`) }),
  );
  await Promise.all(clients.map((client) => client.listIntegrations()));
  expect(new Set(server.requests.map(({ headers }) => headers.authorization)).size).toBe(300);
  expect(server.connections).toBeGreaterThan(1);
  expect(server.connections).toBeLessThanOrEqual(64);
});

test("does not send calls that are canceled while they wait for a connection, and keeps free connections usable", async () => {
  const responses: (() => void)[] = [];
  const allBusy = Promise.withResolvers<void>();
  const server = await serve((_request, response) => {
    responses.push(() => response.end('{"items":[]}'));
    if (responses.length === 64) allBusy.resolve();
  });
  const client = clientFor(server.apiUrl);
  const busy = Array.from({ length: 64 }, () => client.listIntegrations());
  await allBusy.promise;

  const controller = new AbortController();
  const canceled = client.deleteCommerceIntegration("shop-1", { signal: controller.signal });
  const behind = client.listIntegrations();
  setImmediate(() => controller.abort());
  expect(await failureOf(canceled, "aborted")).toMatchObject({ outcome: "never-sent" });

  for (const respond of responses.splice(0)) respond();
  await Promise.all(busy);
  while (responses.length === 0) await new Promise((resolve) => setImmediate(resolve));
  for (const respond of responses) respond();
  await behind;
  expect(server.requests.filter(({ method }) => method === "DELETE")).toEqual([]);
  expect(server.connections).toBe(64);
});
