import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Client } from "pg";
import { argumentsOf, merchantOf } from "../../provider/fleet/merchants/merchant";
import { readMerchants } from "../../provider/fleet/merchants/read-list";
import { entriesFrom, type ListSource } from "../../provider/fleet/merchants/source";
import { temporaryDirectory } from "../temporary-directory";
import { test as testWithPostgres } from "../with-postgres";
import { TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();

async function read(source: ListSource): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const merchant of readMerchants(entriesFrom(source)))
    found.push({ name: merchant.name, ...argumentsOf(merchant) });
  return found;
}

function file(name: string, text: string): ListSource {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, text);
  return { kind: "file", path };
}

function command(script: string, form?: "csv"): ListSource {
  return { kind: "command", command: [process.execPath, "-e", script], form };
}

describe("a merchant", () => {
  test("is looked at as its resource would be, and has secrets apart", () => {
    expect(
      merchantOf({
        name: "north shop",
        externalBusinessId: "n-1",
        account: "north",
        scopes: ["b", "a"],
        partnerAccessToken: "t",
      }),
    ).toEqual({
      name: "north shop",
      externalBusinessId: "n-1",
      account: "north",
      fields: { scopes: "a,b" },
      secrets: { partnerAccessToken: "t" },
    });
  });

  test.each([
    [{ externalBusinessId: "n" }, "`name` is missing"],
    [
      { name: "a::b", externalBusinessId: "n" },
      '`name` is a text of 4 characters with ":" as character 2; allowed is',
    ],
    [
      { name: "a ", externalBusinessId: "n" },
      "that begins or ends with neither a letter nor a digit; allowed",
    ],
    [{ name: "", externalBusinessId: "n" }, "`name` is an empty text; allowed"],
    [{ name: "a".repeat(101), externalBusinessId: "n" }, "`name` is a text of 101 characters"],
    [{ name: "a" }, "`externalBusinessId` is missing"],
    [{ name: "a", externalBusinessId: 17 }, "`externalBusinessId` is a number"],
    [{ name: "a", externalBusinessId: "n", connectedTag: "7" }, "did you mean `connectedTagId`?"],
    [{ name: "a", externalBusinessId: "n", integrationId: "7" }, "`integrationId` is set by Pinterest"],
    [
      { name: "a", externalBusinessId: "n", providerName: "p" },
      "`providerName` is no argument of a merchant",
    ],
    [{ name: "a", externalBusinessId: "n", __managed: "m" }, "`__managed` is no argument of a merchant"],
    ["a", "a merchant is an object"],
    [null, "a merchant is an object"],
  ])("%j is refused", (entry, problem) => {
    expect(merchantOf(entry)).toEqual([expect.stringContaining(problem)]);
  });
});

describe("a list", () => {
  test("of JSON lines keeps long ids, and takes empty lines for nothing", async () => {
    const text =
      '{"name":"a","externalBusinessId":"1","connectedTagId":"12345678901234567890"}\r\n\n{"name":"b","externalBusinessId":"2"}';
    expect(await read(file("list.jsonl", text))).toEqual([
      { name: "a", externalBusinessId: "1", connectedTagId: "12345678901234567890" },
      { name: "b", externalBusinessId: "2" },
    ]);
  });

  test("of CSV has columns in any order, empty fields for what is left out, and quotes", async () => {
    const text =
      '\uFEFFexternalBusinessId,name,connectedTagId,adopt,partnerAccessTokenExpiry\n"1,a",a,,true,1900000000000\n2,b,7,,\n';
    expect(await read(file("list.csv", text))).toEqual([
      { name: "a", externalBusinessId: "1,a", adopt: true, partnerAccessTokenExpiry: 1_900_000_000_000 },
      { name: "b", externalBusinessId: "2", connectedTagId: "7" },
    ]);
  });

  test("comes out of a command", async () => {
    const script = `console.log(JSON.stringify({ name: "a", externalBusinessId: "1" }))`;
    expect(await read(command(script))).toEqual([{ name: "a", externalBusinessId: "1" }]);
    expect(await read(command(`console.log("name,externalBusinessId\\na,1")`, "csv"))).toHaveLength(1);
  });

  testWithPostgres("comes out of a query, however many rows it has", async () => {
    await server.open();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(
      "create table shop as select n, case n when 2 then '7' end as tag from generate_series(1, 2500) as n",
    );
    await client.end();
    const query = `select 'shop-' || n as name, 'id-' || n as "externalBusinessId", tag as "connectedTagId" from shop order by n`;
    const found = await read({ kind: "query", database: server.url, query });
    expect(found).toHaveLength(2_500);
    expect(found.slice(0, 2)).toEqual([
      { name: "shop-1", externalBusinessId: "id-1" },
      { name: "shop-2", externalBusinessId: "id-2", connectedTagId: "7" },
    ]);
  });

  test("that is wrong in places says all of them, and gives no secret away", async () => {
    const lines = [
      '{"name":"good","externalBusinessId":"1"}',
      '{"name":"bad one","externalBusinessId":"2","partnerAccessToken":"has a blank"}',
      '{"name":"worse","partnerEmail":"x@y.example"}',
    ];
    const error = await read(file("list.jsonl", lines.join("\n"))).catch((thrown: Error) => thrown.message);
    expect(error).toContain("2 of the list's merchants cannot be taken, and nothing was changed:");
    expect(error).toContain("line 2: `partnerAccessToken` holds white space");
    expect(error).toContain("line 3 ('worse'): `partnerEmail` is no argument");
    expect(error).not.toMatch(/has a blank|x@y/);
  });

  test("that is wrong everywhere says so in few lines", async () => {
    const error = await read(file("list.jsonl", '{"name":"a"}\n'.repeat(100))).catch(
      (thrown: Error) => thrown.message,
    );
    expect(String(error).split("\n")).toHaveLength(22);
    expect(error).toMatch(/\n {2}and 80 more$/);
  });
});

describe("a list that cannot be had is refused:", () => {
  const secret = "pina_secret";

  test.each<[string, () => ListSource, RegExp]>([
    [
      "a file that is not there",
      () => ({ kind: "file", path: "/no/such/list.jsonl" }),
      /list\.jsonl cannot be read: ENOENT/,
    ],
    [
      "a name that tells no form",
      () => file("list.txt", ""),
      /cannot be told from its name: end it with \.jsonl/,
    ],
    [
      "what is no JSON",
      () => file("list.jsonl", `{"name":"a"}\n${secret}`),
      /line 2 of the merchant list is not JSON/,
    ],
    [
      "what is no CSV",
      () => file("list.csv", `name,externalBusinessId\na,"${secret}`),
      /is not CSV \(CSV_QUOTE_NOT_CLOSED\)/,
    ],
    [
      "a row with too few fields",
      () => file("list.csv", `name,id\n${secret}`),
      /line 2 of the merchant list is not CSV/,
    ],
    [
      "a command that is not there",
      () => ({ kind: "command", command: ["no-such-command"] }),
      /no-such-command, cannot be run: ENOENT/,
    ],
    [
      "a database that is not there",
      () => ({ kind: "query", database: "postgres://127.0.0.1:1/x", query: "select 1" }),
      /database of the merchant list cannot be reached/,
    ],
  ])("%s", async (_what, source, message) => {
    const error = await read(source()).catch((thrown: Error) => thrown.message);
    expect(error).toMatch(message);
    expect(error).not.toContain(secret);
  });

  testWithPostgres("a query that is wrong", async () => {
    const source = { kind: "query", database: server.url, query: "select nothing_at_all" } as const;
    await expect(read(source)).rejects.toThrow(/the query of the merchant list failed: .*nothing_at_all/);
  });

  test("one whose command fails after some lines", async () => {
    const script = `console.log('{"name":"a","externalBusinessId":"1"}'); process.exitCode = 3`;
    await expect(read(command(script))).rejects.toThrow("ended with 3: no merchant of it was taken");
  });
});
