import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect } from "@jest/globals";
import { Client } from "pg";
import { databaseFailure } from "../../fleet/store/database";
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

/** Connects to a server that ends each connection at once. */
async function connectToEndingServer() {
  const ending = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await new Promise((resolve) => ending.once("listening", resolve));
  const { port } = ending.address() as { port: number };
  try {
    await new Client(`postgres://127.0.0.1:${port}/fleet`).connect();
  } finally {
    ending.close();
  }
}

async function query(statement: string) {
  const { statements } = await server.open();
  await statements.query(statement);
}

const noResponse = "PostgreSQL does not respond";

test.each([
  ["a server that closes each new connection", connectToEndingServer, noResponse],
  ["a closed port", () => new Client("postgres://127.0.0.1:1/fleet").connect(), noResponse],
  [
    "a connection that the server terminates",
    () => query("select pg_terminate_backend(pg_backend_pid())"),
    noResponse,
  ],
  ["a socket that does not exist", () => new Client({ host: "/no-such-directory" }).connect(), noResponse],
  ["a missing table", () => query("select from pinterest_fleet.missing"), "the fleet's tables are missing"],
  [
    "a dropped database",
    () => new Client(`${server.url}_dropped`).connect(),
    "the fleet's database was dropped or renamed",
  ],
  ["a refused statement", () => query("select 1 / 0"), undefined],
  ["a missing file", () => readFileSync("/no-such-directory/merchants.csv"), undefined],
  ["a defect of this package", () => Promise.reject(new Error("unexpected")), undefined],
])("classifies the error of %s", async (_situation, action, summary) => {
  expect(databaseFailure(await errorOf(action))?.summary).toBe(summary);
});
