import { describe, expect, test } from "@jest/globals";
import { databaseUrl } from "../../../cli/fleet/access";

const variable = "PINTEREST_FLEET_DATABASE";
const allowed =
  ". Set it to the address of a PostgreSQL database, such as postgres://user:password@host:5432/fleet";

describe(variable, () => {
  test.each(["postgres://u:p@h/fleet", "postgresql:///fleet?host=/run/postgresql", "Postgres://h/fleet"])(
    "accepts %s unchanged",
    (url) => {
      expect(databaseUrl({ [variable]: url })).toBe(url);
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
    expect(() => databaseUrl({ [variable]: url })).toThrow(
      new Error(`${variable} must start with postgres:// or postgresql://, but ${given}${allowed}`),
    );
  });

  test("is required", () => {
    expect(() => databaseUrl({ [variable]: "" })).toThrow(`${variable} is missing or empty`);
  });
});
