import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readMerchants } from "../../fleet/merchants/merchant";
import { fileEntries } from "../../fleet/merchants/source";
import { argumentNames } from "../../provider/lifecycle/check";
import { temporaryDirectory } from "../temporary-directory";

/** The error for a CSV list of three merchants. */
async function errorOf(columns: string, row = "a,b,c"): Promise<string> {
  const path = join(temporaryDirectory(), "list.csv");
  writeFileSync(path, `${[columns, row, row, row].join("\n")}\n`);
  try {
    for await (const _ of readMerchants(fileEntries(path)));
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
}

const allowedNames = ` Allowed: name, ${argumentNames.join(", ")}`;

test.each([
  [
    "name,externalBusinesId,account",
    "column 2 (`externalBusinesId`) is not an argument of a merchant; did you mean `externalBusinessId`?",
  ],
  [
    "Name,externalBusinessId,account",
    "column 1 (`Name`) is not an argument of a merchant; did you mean `name`?",
  ],
  ["name,externalBusinessId,colour", "column 3 (`colour`) is not an argument of a merchant."],
  ["name,externalBusinessId,", "column 3 is not an argument of a merchant."],
  ["name,externalBusinessId,__managed", "column 3 (`__managed`) is not an argument of a merchant."],
  ["name,externalBusinessId,integrationId", "column 3 (`integrationId`) is not an argument of a merchant."],
  ["name,name,externalBusinessId", "column 2 (`name`) repeats an earlier one."],
  [
    "nam,account,account",
    "column 1 (`nam`) is not an argument of a merchant; did you mean `name`? column 3 (`account`) repeats an earlier one.",
  ],
  [
    "Name,ExternalBusinessId,pina_secret",
    "column 1 is not an argument of a merchant; did you mean `name`? column 2 is not an argument of a merchant; did you mean " +
      "`externalBusinessId`? column 3 is not an argument of a merchant.",
  ],
])("reports all problems of the columns %s in one error", async (columns, problems) => {
  expect(await errorOf(columns)).toBe(
    `line 1 of the merchant list must name the columns, each once, separated by commas: ${problems}${allowedNames}`,
  );
});

test("shows no values of a list without column names", async () => {
  const error = await errorOf("first shop,shop-1,pina_secret", "second shop,shop-2,pina_secret");
  expect(error).toMatch(
    /^line 1 of the merchant list must name the columns, each once, separated by commas: column 1 is not/,
  );
  expect(error).not.toMatch(/first shop|shop-1|pina_secret/);
});

test.each([";", "\t", "|"])(
  "names only the separator of a list that is separated by %j",
  async (separator) => {
    const columns = ["name", "externalBusinessId"].join(separator);
    expect(await errorOf(columns, ["a", "1,5"].join(separator))).toBe(
      "line 1 of the merchant list has no commas. Save the list with commas as separators, as in name,externalBusinessId",
    );
  },
);
