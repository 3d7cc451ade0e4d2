import crypto from "node:crypto";
import { expect } from "@jest/globals";
import { Database, noConnection } from "../../fleet/store/database";
import { initialize, openFleet } from "../../fleet/store/settings";
import { beforeEach, test } from "../with-postgres";
import { passphrase, TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();

beforeEach(async () => {
  const { statements } = await server.open();
  await statements.query("drop schema if exists pinterest_fleet cascade");
});

test("creates a fleet once, changes its shard size, and keeps its secrets readable", async () => {
  const database = await server.open();
  await initialize(database, passphrase, { project: "fleet", shardSize: 100 });
  const first = await openFleet(database, passphrase);
  const encrypted = first.encryption.encrypt({ partnerAccessToken: "t" }, "shop");
  await initialize(database, passphrase, { project: "fleet", shardSize: 50 });
  const second = await openFleet(database, passphrase);
  expect(second.settings).toMatchObject({ project: "fleet", shardSize: 50 });
  expect(second.encryption.decrypt(encrypted, "shop")).toEqual({ partnerAccessToken: "t" });
  const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
  expect(crypto.scryptSync).toHaveBeenCalledWith(passphrase, expect.anything(), 32, cost);
});

test("has 300 merchants in a shard, and keeps results for 90 days, by default", async () => {
  const defaults = { project: "pinterest-fleet", shardSize: 300, keepDays: 90, requestsPerSecond: null };
  expect(await initialize(await server.open(), passphrase, {})).toMatchObject(defaults);
});

test("refuses another passphrase", async () => {
  const database = await server.open();
  await initialize(database, passphrase, { project: "fleet", shardSize: 100 });
  await expect(openFleet(database, "wrong")).rejects.toThrow(
    "wrong passphrase: the fleet was created with another one",
  );
  await expect(initialize(database, "wrong", { project: "fleet", shardSize: 1 })).rejects.toThrow(
    "wrong passphrase",
  );
  expect((await openFleet(database, passphrase)).settings).toMatchObject({
    project: "fleet",
    shardSize: 100,
  });
});

test("reports what to do with a database that has no fleet, or one of another version", async () => {
  const database = await server.open();
  await expect(openFleet(database, passphrase)).rejects.toThrow("this database has no fleet: create one");
  await initialize(database, passphrase, { project: "fleet", shardSize: 100 });
  const older =
    "an older version of pulumi-pinterest created the fleet's tables: stop all workers, then run `npx pulumi-pinterest fleet init`";
  await database.statements.query("update pinterest_fleet.version set version = 0");
  await expect(openFleet(database, passphrase)).rejects.toThrow(older);
  await database.statements.query("update pinterest_fleet.version set version = 1000");
  await expect(openFleet(database, passphrase)).rejects.toThrow("newer version of pulumi-pinterest");
  await expect(initialize(database, passphrase, { project: "fleet", shardSize: 1 })).rejects.toThrow(
    "newer version",
  );
});

test("binds encrypted secrets to their merchant", async () => {
  const database = await server.open();
  await initialize(database, passphrase, { project: "fleet", shardSize: 10 });
  const { encryption } = await openFleet(database, passphrase);
  const encrypted = encryption.encrypt({ partnerAccessToken: "t" }, "shop") as Buffer;
  expect(() => encryption.decrypt(encrypted, "other")).toThrow("cannot decrypt the secrets of 'other'");
  expect(encryption.encrypt({}, "shop")).toBeNull();
  expect(encryption.decrypt(null, "shop")).toEqual({});
});

test("refuses an invalid project name before it creates anything", async () => {
  const database = await server.open();
  await expect(initialize(database, passphrase, { project: "my shops/x" })).rejects.toThrow(
    "--project must consist of 1 to 100 letters, digits, '-', '_' and '.', but is 'my shops/x'",
  );
  await expect(openFleet(database, passphrase)).rejects.toThrow("this database has no fleet");
});

test("quotes the error of a server that refuses the connection", async () => {
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
