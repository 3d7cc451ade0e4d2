import { describe, expect, test } from "@jest/globals";
import { databaseUrl, listDatabaseUrl } from "../../../cli/fleet/addresses";

const fleet = "PINTEREST_FLEET_DATABASE";
const list = "PINTEREST_FLEET_LIST_DATABASE";
const allowed =
  "; allowed is the address of a PostgreSQL database, such as postgres://user:password@host:5432/fleet";

describe.each([
  [fleet, databaseUrl],
  [list, listDatabaseUrl],
])("%s", (variable, read) => {
  test.each(["postgres://u:p@h/fleet", "postgresql:///fleet?host=/run/postgresql", "Postgres://h/fleet"])(
    "%s is taken as it is",
    (url) => {
      expect(read({ [variable]: url })).toBe(url);
    },
  );

  test.each([
    ["127.0.0.1:5611/fleet", "is a string of 20 characters that does not"],
    ["u:secret@127.0.0.1:5611/fleet", "is a string of 29 characters that does not"],
    ["secret/postgres://h/fleet", "is a string of 25 characters that does not"],
    ["/run/postgresql secret", "is a string of 22 characters that does not"],
    ["postgres:h/secret", "is a string of 17 characters that does not"],
    ["postgresqls://u:secret@h/fleet", "begins with postgresqls://"],
    ["mysql://u:secret@h/fleet", "begins with mysql://"],
  ])("%s is refused, and its password not shown", (url, given) => {
    expect(() => read({ [variable]: url })).toThrow(
      new Error(`${variable} has to begin with postgres:// or postgresql://, and ${given}${allowed}`),
    );
  });
});

test("the list's database is the fleet's where no other is named", () => {
  expect(listDatabaseUrl({ [fleet]: "postgres://h/fleet", [list]: "" })).toBe("postgres://h/fleet");
  expect(() => listDatabaseUrl({ [fleet]: "h/fleet" })).toThrow(`${fleet} has to begin with`);
  expect(() => listDatabaseUrl({})).toThrow(`${fleet} is not set or empty`);
});
