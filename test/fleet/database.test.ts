import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { expect } from "@jest/globals";
import { Client, type ClientConfig } from "pg";
import { databaseFailure } from "../../fleet/store/database";
import { selfSignedCertificate } from "../api/helpers/certificate";
import { test } from "../with-postgres";
import { TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();

/** The error of an action, which must fail. */
async function errorOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error("The action succeeded.");
}

/** Connects to a server that handles each connection as given. */
async function connectTo(onConnection: (socket: Socket) => void, options: ClientConfig = {}) {
  const handling = createServer(onConnection).listen(0, "127.0.0.1");
  await new Promise((resolve) => handling.once("listening", resolve));
  const { port } = handling.address() as { port: number };
  try {
    await new Client({ host: "127.0.0.1", port, ...options }).connect();
  } finally {
    handling.close();
  }
}

const certificate = selfSignedCertificate();

/** Accepts the request for TLS, and presents the certificate of 127.0.0.1. */
function startTls(socket: Socket) {
  socket.on("error", () => {});
  socket.once("data", () => {
    socket.write("S");
    new TLSSocket(socket, { isServer: true, ...certificate }).on("error", () => {});
  });
}

async function query(statement: string) {
  const { statements } = await server.open();
  await statements.query(statement);
}

const noResponse = { summary: "PostgreSQL does not respond" };
const certificateRefused = {
  summary: "PostgreSQL's certificate is not accepted",
  affectsOnlyNewConnections: true,
};

test.each([
  ["a server that closes each new connection", () => connectTo((socket) => socket.destroy()), noResponse],
  [
    "a server with an unknown certificate authority",
    () => connectTo(startTls, { ssl: true }),
    certificateRefused,
  ],
  [
    "a server with the certificate of another host",
    () => connectTo(startTls, { host: "localhost", ssl: { ca: certificate.cert } }),
    certificateRefused,
  ],
  [
    "a server that breaks off TLS",
    () => connectTo((socket) => socket.once("data", () => socket.end("S")), { ssl: true }),
    noResponse,
  ],
  ["a closed port", () => new Client("postgres://127.0.0.1:1/fleet").connect(), noResponse],
  [
    "a connection that the server terminates",
    () => query("select pg_terminate_backend(pg_backend_pid())"),
    noResponse,
  ],
  ["a socket that does not exist", () => new Client({ host: "/no-such-directory" }).connect(), noResponse],
  [
    "a missing table",
    () => query("select from pinterest_fleet.missing"),
    { summary: "the fleet's tables are missing" },
  ],
  [
    "a dropped database",
    () => new Client(`${server.url}_dropped`).connect(),
    { summary: "the fleet's database was dropped or renamed" },
  ],
  ["a refused statement", () => query("select 1 / 0"), undefined],
  ["a missing file", () => readFileSync("/no-such-directory/merchants.csv"), undefined],
  ["a defect of this package", () => Promise.reject(new Error("unexpected")), undefined],
])("classifies the error of %s", async (_situation, action, expected) => {
  const failure = databaseFailure(await errorOf(action));
  expect(failure && { ...failure, reason: undefined, remedy: undefined }).toEqual(expected);
});
