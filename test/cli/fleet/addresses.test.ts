import { describe, expect, test } from "@jest/globals";
import { databaseUrl, listDatabaseUrl } from "../../../cli/fleet/access";

const fleet = "PINTEREST_FLEET_DATABASE";
const list = "PINTEREST_FLEET_LIST_DATABASE";
const allowed =
  ". Set it to the address of a PostgreSQL database, such as postgres://user:password@host:5432/fleet";

describe.each([
  [fleet, databaseUrl],
  [list, listDatabaseUrl],
])("%s", (variable, read) => {
  test.each(["postgres://u:p@h/fleet", "postgresql:///fleet?host=/run/postgresql", "Postgres://h/fleet"])(
    "accepts %s unchanged",
    (url) => {
      expect(read({ [variable]: url })).toBe(url);
    },
  );

  test.each([
    ["127.0.0.1:5611/fleet", "is a string of 20 characters"],
    ["u:secret@127.0.0.1:5611/fleet", "is a string of 29 characters"],
    ["secret/postgres://h/fleet", "is a string of 25 characters"],
    ["/run/postgresql secret", "is a string of 22 characters"],
    ["postgres:h/secret", "is a string of 17 characters"],
    ["postgresqls://u:secret@h/fleet", "starts with postgresqls://"],
    ["mysql://u:secret@h/fleet", "starts with mysql://"],
  ])("refuses %s, and does not show its password", (url, given) => {
    expect(() => read({ [variable]: url })).toThrow(
      new Error(`${variable} must start with postgres:// or postgresql://, but ${given}${allowed}`),
    );
  });
});

test("uses the fleet's database for the list unless another one is named", () => {
  expect(listDatabaseUrl({ [fleet]: "postgres://h/fleet", [list]: "" })).toBe("postgres://h/fleet");
  expect(() => listDatabaseUrl({ [fleet]: "h/fleet" })).toThrow(`${fleet} must start with`);
  expect(() => listDatabaseUrl({})).toThrow(`${fleet} is missing or empty`);
});
