import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { withDatabase } from "../../../cli/fleet/access";
import { Database } from "../../../fleet/store/database";

const variable = "PINTEREST_FLEET_DATABASE";
const allowed =
  ". Set it to the address of a PostgreSQL database, such as postgres://user:password@host:5432/fleet";

const environmentOf = (url: string) => ({ PINTEREST_FLEET_PASSPHRASE: "a passphrase", [variable]: url });

afterEach(() => {
  jest.restoreAllMocks();
});

describe(variable, () => {
  test.each(["postgres://u:p@h/fleet", "postgresql:///fleet?host=/run/postgresql", "Postgres://h/fleet"])(
    "accepts %s unchanged",
    async (url) => {
      const opened = jest
        .spyOn(Database, "open")
        .mockResolvedValue({ close: async () => {} } as unknown as Database);
      await withDatabase(environmentOf(url), async () => {});
      expect(opened.mock.calls).toEqual([[url]]);
    },
  );

  test.each([
    ["127.0.0.1:5611/fleet", "is a string of 20 characters"],
    ["secret/postgres://h/fleet", "is a string of 25 characters"],
    ["mysql://u:secret@h/fleet", "starts with mysql://"],
  ])("refuses %s, and does not show its password", async (url, given) => {
    await expect(withDatabase(environmentOf(url), async () => {})).rejects.toThrow(
      new Error(`${variable} must start with postgres:// or postgresql://, but ${given}${allowed}`),
    );
  });

  test("is required", async () => {
    await expect(withDatabase(environmentOf(""), async () => {})).rejects.toThrow(
      `${variable} is missing or empty`,
    );
  });
});
