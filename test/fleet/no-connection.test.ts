import { expect, test } from "@jest/globals";
import { Database, noConnection } from "../../fleet/store/database";
import { test as testWithPostgres } from "../with-postgres";
import { TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();

testWithPostgres("quotes the error of a server that refuses the connection", async () => {
  const messageFor = (url: string) => Database.open(url).catch((error: Error) => error.message);
  const advice = ". Check PINTEREST_FLEET_DATABASE";
  expect(await messageFor(server.url.replace("pulumi@", "nobody:secret@"))).toBe(
    `cannot connect to PostgreSQL: role "nobody" does not exist${advice}`,
  );
  expect(await messageFor(`${server.url}_too`)).toMatch(
    /^cannot connect to PostgreSQL: database "test_\w+_too" does not exist\. Check PINTEREST_FLEET_DATABASE$/,
  );
});

test("reports a server that does not respond", async () => {
  await expect(Database.open("postgres://127.0.0.1:1/fleet")).rejects.toThrow(
    /^cannot connect to PostgreSQL: connect ECONNREFUSED 127\.0\.0\.1:1\. Check PINTEREST_FLEET_DATABASE$/,
  );
});

test("explains how to write an invalid address, without its password", async () => {
  await expect(Database.open("postgres://u:sec#ret@127.0.0.1:1/fleet")).rejects.toThrow(
    /^the address of PostgreSQL is not a valid URL. In the user and password, write \/ # \? and % as %2F %23 %3F and %25\. Check/,
  );
});

test("reports the first address's reason if there are several", () => {
  const both = [new Error("connect ECONNREFUSED ::1:5432"), new Error("connect ECONNREFUSED 127.0.0.1:5432")];
  expect(noConnection(new AggregateError(both))).toBe(
    "cannot connect to PostgreSQL: connect ECONNREFUSED ::1:5432",
  );
});
