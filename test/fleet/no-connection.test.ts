import { expect, test } from "@jest/globals";
import { noConnection } from "../../fleet/no-connection";
import { Database } from "../../fleet/store/database";
import { test as testWithPostgres } from "../with-postgres";
import { TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();

testWithPostgres("a server that refuses is quoted", async () => {
  const said = (url: string) => Database.open(url).catch((error: Error) => error.message);
  const end = ". Check PINTEREST_FLEET_DATABASE";
  expect(await said(server.url.replace("pulumi@", "nobody:secret@"))).toBe(
    `PostgreSQL refused the connection: role "nobody" does not exist${end}`,
  );
  expect(await said(`${server.url}_too`)).toMatch(
    /^PostgreSQL refused the connection: database "test_\w+_too" does not exist\. Check PINTEREST_FLEET_DATABASE$/,
  );
});

test("a server that is not there has refused nothing", async () => {
  await expect(Database.open("postgres://127.0.0.1:1/fleet")).rejects.toThrow(
    /^cannot connect to PostgreSQL: connect ECONNREFUSED 127\.0\.0\.1:1\. Check PINTEREST_FLEET_DATABASE$/,
  );
});

test("an address that cannot be taken apart says what to write, and not the password", async () => {
  await expect(Database.open("postgres://u:sec#ret@127.0.0.1:1/fleet")).rejects.toThrow(
    /^the address of PostgreSQL is not a valid URL: in the user and password, write \/ # \? and % as %2F %23 %3F and %25\. Check/,
  );
});

test("the system's codes of five letters are no refusal", () => {
  expect(noConnection(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }))).toBe(
    "cannot connect to PostgreSQL: write EPIPE",
  );
});

test("of several addresses the first one's reason is told", () => {
  const both = [new Error("connect ECONNREFUSED ::1:5432"), new Error("connect ECONNREFUSED 127.0.0.1:5432")];
  expect(noConnection(new AggregateError(both))).toBe(
    "cannot connect to PostgreSQL: connect ECONNREFUSED ::1:5432",
  );
});
