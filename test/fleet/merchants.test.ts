import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { type Entry, entriesOf } from "../../fleet/merchants/entries";
import { merchantOf, readMerchants } from "../../fleet/merchants/merchant";
import { commandEntries, fileEntries } from "../../fleet/merchants/source";
import { argumentNames } from "../../provider/lifecycle/check";
import { missingId, unknownName } from "../expected/messages";
import { temporaryDirectory } from "../temporary-directory";

async function read(entries: AsyncIterable<Entry>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const merchant of readMerchants(entries))
    found.push({ name: merchant.name, ...merchant.arguments });
  return found;
}

function file(name: string, text: string): AsyncIterable<Entry> {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, text);
  return fileEntries(path);
}

function command(script: string, format?: "csv"): AsyncIterable<Entry> {
  return commandEntries([process.execPath, "-e", script], format);
}

test.each<[merchant: unknown, problem: string]>([
  [{ externalBusinessId: "n" }, "`name` is missing"],
  [{ name: "a::b", externalBusinessId: "n" }, "between them, but is a string of 4 characters"],
  [
    { name: "", externalBusinessId: "n" },
    "`name` must consist of 1 to 100 letters and digits, with spaces and . _ - @ + between them, but is an empty string",
  ],
  [{ name: "a" }, missingId],
  [
    { name: "a", externalBusinessId: "n", connectedTag: "7" },
    unknownName("argument of a commerce integration", "connectedTagId"),
  ],
  [
    { name: "a", externalBusinessId: "n", partnerMetadata: "a\0b" },
    "`partnerMetadata` contains a NUL character (U+0000), which PostgreSQL cannot store; remove it",
  ],
  [
    { name: "a", externalBusinessId: "n", partnerAccessTokenExpiry: "9007199254740993" },
    "`partnerAccessTokenExpiry` must be a time in whole milliseconds",
  ],
  [{ name: "a", externalBusinessId: "7,3E+18" }, "`externalBusinessId` is in scientific notation"],
  [null, "a merchant must be an object"],
])("refuses the merchant %j: %s", (merchant, problem) => {
  expect(merchantOf(merchant)).toEqual([expect.stringContaining(problem)]);
});

describe("a list", () => {
  test("of JSON lines keeps long IDs, and can have empty lines", async () => {
    const text =
      '{"name":"a","externalBusinessId":"1","connectedTagId":"12345678901234567890"}\r\n\n{"name":"b","externalBusinessId":"2"}';
    expect(await read(file("list.jsonl", text))).toEqual([
      { name: "a", externalBusinessId: "1", connectedTagId: "12345678901234567890" },
      { name: "b", externalBusinessId: "2" },
    ]);
  });

  test("of JSON lines with half of a surrogate pair is refused with its line and property", async () => {
    const valid = String.raw`{"name":"a","externalBusinessId":"1","partnerMetadata":"\ud83d\ude00"}`;
    const invalid = String.raw`{"name":"b","externalBusinessId":"2","partnerMetadata":"shop \ud83d","scopes":["\ude00"]}`;
    const problem = (name: string) =>
      `line 2 ('b'): \`${name}\` contains half of a surrogate pair, which is not Unicode`;
    const refused = read(file("list.jsonl", `${valid}\n${invalid}`));
    for (const name of ["partnerMetadata", "scopes"])
      await expect(refused).rejects.toThrow(
        expect.objectContaining({ message: expect.stringContaining(problem(name)) }),
      );
  });

  test("of JSON lines is split only at line feeds, regardless of chunks", async () => {
    const metadata = "before\u2028between\u2029after";
    const text = ["1", "2"].map((id) =>
      JSON.stringify({ name: `shop-${id}`, externalBusinessId: id, partnerMetadata: metadata }),
    );
    const found: unknown[] = [];
    const bytes = [...Buffer.from(`${text.join("\r\n")}\n`)].map((byte) => Buffer.from([byte]));
    for await (const entry of entriesOf(Readable.from(bytes, { objectMode: false }), "jsonl"))
      found.push(entry);
    expect(found).toEqual([
      { place: "line 1", value: { name: "shop-1", externalBusinessId: "1", partnerMetadata: metadata } },
      { place: "line 2", value: { name: "shop-2", externalBusinessId: "2", partnerMetadata: metadata } },
    ]);
  });

  test.each([
    ["list.csv", "name,externalBusinessId,connectedTagId\nnorth,shop-1,2.61319E+09\n", "line 2"],
    ["list.jsonl", '{"name":"north","externalBusinessId":"shop-1","connectedTagId":"2.61319e+09"}', "line 1"],
  ])("in %s is refused if a spreadsheet has rounded an ID", async (name, text, place) => {
    await expect(read(file(name, text))).rejects.toThrow(
      `${place} ('north'): \`connectedTagId\` is in scientific notation (as 1.23E+09): a spreadsheet has rounded it. Format the column as text`,
    );
  });

  test("can contain IDs that only resemble scientific notation", async () => {
    const ids = {
      name: "a",
      externalBusinessId: "1E9",
      connectedTagId: "2613190000",
      additionalId1: "v2.1e-beta",
    };
    expect(await read(file("list.jsonl", JSON.stringify(ids)))).toEqual([ids]);
  });

  test("of CSV can have columns in any order, empty fields and quotation marks", async () => {
    const text =
      '\uFEFFexternalBusinessId,name,connectedTagId,adopt,partnerAccessTokenExpiry\n"1,a",a,,true,1900000000000\n2,b,7,,\n';
    expect(await read(file("list.csv", text))).toEqual([
      { name: "a", externalBusinessId: "1,a", adopt: true, partnerAccessTokenExpiry: 1_900_000_000_000 },
      { name: "b", externalBusinessId: "2", connectedTagId: "7" },
    ]);
  });

  test("can be the output of a command", async () => {
    const script = `console.log(JSON.stringify({ name: "a", externalBusinessId: "1" }))`;
    expect(await read(command(script))).toEqual([{ name: "a", externalBusinessId: "1" }]);
    expect(await read(command(`console.log("name,externalBusinessId\\na,1")`, "csv"))).toHaveLength(1);
  });

  test("is refused with all problems, but without values", async () => {
    const lines = [
      '{"name":"good","externalBusinessId":"1"}',
      '{"name":"bad one","externalBusinessId":"2","partnerAccessToken":"has a space"}',
      '{"name":"worse","partnerEmail":"x@y.example"}',
    ];
    const error = await read(file("list.jsonl", lines.join("\n"))).catch((thrown: Error) => thrown.message);
    expect(error).toContain("2 of the list's merchants are not valid. Nothing was changed:");
    expect(error).toContain("line 2: `partnerAccessToken` contains whitespace");
    expect(error).toContain("line 3 ('worse'): `partnerEmail` is not an argument");
    expect(error).not.toMatch(/has a space|x@y/);
  });

  test("is refused with a limited number of problems", async () => {
    const error = await read(file("list.jsonl", '{"name":"a"}\n'.repeat(100))).catch(
      (thrown: Error) => thrown.message,
    );
    expect(String(error).split("\n")).toHaveLength(22);
    expect(error).toMatch(/\n {2}and 80 more$/);
  });
});

describe("refuses", () => {
  const secret = "pina_secret";

  test.each<[string, () => AsyncIterable<Entry>, RegExp]>([
    [
      "a missing file",
      () => fileEntries("/no/such/list.jsonl"),
      /cannot read the merchant list .*list\.jsonl: the file does not exist\. Relative paths start at \//,
    ],
    ["a directory", () => fileEntries(temporaryDirectory(), "jsonl"), /: it is a directory\. Name a file$/],
    [
      "a file name without a known ending",
      () => file("list.txt", ""),
      /^unknown format of the merchant list .*\. Rename it to end in \.jsonl/,
    ],
    [
      "a CSV file without a first line",
      () => file("list.csv", "\n"),
      /^the merchant list is empty\. Write the names/,
    ],
    [
      "a line that is not JSON",
      () => file("list.jsonl", `{"name":"a"}\n${secret}`),
      /line 2 of the merchant list is not JSON/,
    ],
    [
      "a quotation mark that is not closed",
      () => file("list.csv", `name,externalBusinessId\na,"${secret}`),
      /^line 2 of the merchant list has a quotation mark next to other characters of a value, or one that is not closed\. /,
    ],
    [
      "a quotation mark within a value",
      () => file("list.csv", `name,externalBusinessId\na,${secret}"b"`),
      /^line 2 of the merchant list has a quotation mark next to other characters of a value, or one that is not closed\. /,
    ],
    [
      "a row with too many values",
      () => file("list.csv", `name,externalBusinessId\na,b,${secret}`),
      /^line 2 of the merchant list has 3 values, but line 1 names 2 columns\. Separate values by commas/,
    ],
    [
      "a missing command",
      () => commandEntries(["no-such-command"]),
      /no-such-command, cannot be run: ENOENT/,
    ],
  ])("%s", async (_what, source, message) => {
    const error = await read(source()).catch((thrown: Error) => thrown.message);
    expect(error).toMatch(message);
    expect(error).not.toContain(secret);
  });

  // Otherwise, the command would wait for this list forever.
  test("CSV whose stream has failed before its parser is loaded", async () => {
    const error = new Error("broken");
    const list = new Readable({ read: () => {} });
    const failed = once(list, "error");
    list.destroy(error);
    await failed;
    await expect(entriesOf(list, "csv")[Symbol.asyncIterator]().next()).rejects.toBe(error);
  }, 5_000);

  test("a list whose command fails after some lines", async () => {
    const script = `console.log('{"name":"a","externalBusinessId":"1"}'); process.exitCode = 3`;
    await expect(read(command(script))).rejects.toThrow("ended with 3. Nothing was changed");
  });

  test.each<[string, () => AsyncIterable<Entry>, string]>([
    ["is missing", () => commandEntries(["no-such-command"], "csv"), "cannot be run: ENOENT"],
    ["fails before the first line", () => command("process.exitCode = 3", "csv"), "ended with 3"],
    [
      "fails within a row",
      () => command(`process.stdout.write("name,externalBusinessId\\na"); process.exitCode = 3`, "csv"),
      "ended with 3",
    ],
    [
      "fails within an object",
      () => command(`process.stdout.write('{"name":"a'); process.exitCode = 3`),
      "ended with 3",
    ],
  ])("an incomplete list, with the failure of its command, which %s", async (_what, source, message) => {
    await expect(read(source())).rejects.toThrow(message);
  });

  test("a line that is not JSON, without waiting for the command to end", async () => {
    const script = `console.log("a"); setInterval(() => {}, 1_000)`;
    await expect(read(command(script))).rejects.toThrow("line 1 of the merchant list is not JSON");
  }, 5_000);
});

/** The error for a CSV list of three merchants. */
async function errorOf(columns: string, row = "a,b,c"): Promise<string> {
  const list = file("list.csv", `${[columns, row, row, row].join("\n")}\n`);
  return String(await read(list).catch((error: Error) => error.message));
}

const allowedNames = ` Allowed: name, ${argumentNames.join(", ")}`;

test.each([
  [
    "name,externalBusinesId,account",
    `column 2 (\`externalBusinesId\`) ${unknownName("argument of a merchant", "externalBusinessId")}`,
  ],
  ["name,externalBusinessId,", "column 3 is not an argument of a merchant."],
  ["name,externalBusinessId,integrationId", "column 3 (`integrationId`) is not an argument of a merchant."],
  [
    "nam,account,account",
    `column 1 (\`nam\`) ${unknownName("argument of a merchant", "name")} ` +
      "column 3 (`account`) repeats an earlier one.",
  ],
  [
    "Name,ExternalBusinessId,pina_secret",
    `column 1 ${unknownName("argument of a merchant", "name")} column 2 ` +
      `${unknownName("argument of a merchant", "externalBusinessId")} ` +
      "column 3 is not an argument of a merchant.",
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
