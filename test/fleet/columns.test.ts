import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readMerchants } from "../../fleet/merchants/merchant";
import { entriesFrom } from "../../fleet/merchants/source";
import { argumentNames } from "../../provider/lifecycle/check";
import { temporaryDirectory } from "../temporary-directory";

/** What is said of a list of CSV with three merchants. */
async function said(columns: string, row = "a,b,c"): Promise<string> {
  const path = join(temporaryDirectory(), "list.csv");
  writeFileSync(path, `${[columns, row, row, row].join("\n")}\n`);
  try {
    for await (const _ of readMerchants(entriesFrom({ kind: "file", path })));
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing";
}

const allowed = ` Allowed: name, ${argumentNames.join(", ")}`;

test.each([
  [
    "name,externalBusinesId,account",
    "`externalBusinesId` is not an argument of a merchant; did you mean `externalBusinessId`?",
  ],
  ["Name,externalBusinessId,account", "`Name` is not an argument of a merchant; did you mean `name`?"],
  ["name,externalBusinessId,colour", "`colour` is not an argument of a merchant."],
  ["name,externalBusinessId,", "column 3, an empty string, is not an argument of a merchant."],
  ["name,externalBusinessId,__managed", "`__managed` is not an argument of a merchant."],
  [
    "name,externalBusinessId,integrationId",
    "`integrationId` is set by Pinterest and cannot be given; remove it.",
  ],
  ["name,name,externalBusinessId", "`name` appears 2 times."],
  [
    "nam,account,account",
    "`nam` is not an argument of a merchant; did you mean `name`? `account` appears 2 times.",
  ],
  [
    "Name,ExternalBusinessId,pina_secret",
    "`Name` is not an argument of a merchant; did you mean `name`? `ExternalBusinessId` is not an argument of a merchant; did you mean " +
      "`externalBusinessId`? column 3, a string of 11 characters, is not an argument of a merchant.",
  ],
])("reports all problems of the columns %s in one error", async (columns, problems) => {
  expect(await said(columns)).toBe(
    `line 1 of the merchant list must name the columns, each once, separated by commas: ${problems}${allowed}`,
  );
});

test("shows no values of a list without column names", async () => {
  const error = await said("first shop,shop-1,pina_secret", "second shop,shop-2,pina_secret");
  expect(error).toMatch(
    /^line 1 of the merchant list must name the columns, each once, separated by commas: column 1, a string of 10 characters, is not/,
  );
  expect(error).not.toMatch(/first shop|shop-1|pina_secret/);
});

test.each([
  [";", "semicolons"],
  ["\t", "tabs"],
  ["|", "bars"],
])("names only the separator of a list that is separated by %j", async (separator, word) => {
  const columns = ["name", "externalBusinessId"].join(separator);
  expect(await said(columns, ["a", "1,5"].join(separator))).toBe(
    `line 1 of the merchant list uses ${word} as separators. Save the list with commas, as in name,externalBusinessId`,
  );
});
