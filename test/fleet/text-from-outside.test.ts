import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { entriesOf, type ListFormat } from "../../fleet/merchants/entries";
import { type Merchant, readMerchants } from "../../fleet/merchants/merchant";
import { expectPrintable, textsFromOutside } from "../text-from-outside";

/** The arguments whose values are parsed. The others use the same code. */
const parsed = ["externalBusinessId", "scopes", "partnerMetadata"] as const;

/** The merchants of a list, or the error message if it is refused. */
async function read(list: string, form: ListFormat): Promise<readonly Merchant[] | string> {
  const merchants: Merchant[] = [];
  try {
    for await (const merchant of readMerchants(entriesOf(Readable.from([Buffer.from(list)]), form))) {
      merchants.push(merchant);
    }
    return merchants;
  } catch (error) {
    expect((error as Error).constructor.name).toMatch(/^(FleetError|InvalidMerchants)$/);
    return (error as Error).message;
  }
}

/** A list in each format: a plain merchant, and then this one. */
const forms: Readonly<Record<ListFormat, (merchant: Readonly<Record<string, string>>) => string>> = {
  jsonl: (merchant) => `{"name":"first","externalBusinessId":"1"}\n${JSON.stringify(merchant)}\n`,
  csv: (merchant) => {
    const quoted = (values: readonly string[]) =>
      values.map((value) => `"${value.replaceAll('"', '""')}"`).join(",");
    const { name = "", externalBusinessId = "", ...others } = merchant;
    const empty = Object.keys(others).map(() => "");
    return [
      quoted(["name", "externalBusinessId", ...Object.keys(others)]),
      quoted(["first", "1", ...empty]),
      quoted([name, externalBusinessId, ...Object.values(others)]),
    ].join("\r\n");
  },
};

describe.each(Object.entries(forms) as [ListFormat, (typeof forms)[ListFormat]][])("%s", (form, listOf) => {
  describe.each(textsFromOutside)("%s", (_name, text) => {
    test.each(parsed)("stores %s as the merchant's value, or refuses the list", async (name) => {
      const found = await read(listOf({ name: "odd", externalBusinessId: "2", [name]: text }), form);
      if (typeof found === "string") {
        expectPrintable(found);
        expect(found.length).toBeLessThan(5_000);
        expect(found).toMatch(/line \d/);
        return;
      }
      expect(found.map((merchant) => merchant.name)).toEqual(["first", "odd"]);
      // Scopes are sorted. UTF-8 cannot encode unpaired surrogates.
      if (name === "scopes") return;
      expect(found[1]?.arguments[name]).toBe(text.toWellFormed());
    });

    test("refuses the list without repeating a name, a column or a line", async () => {
      for (const list of [
        listOf({ name: text, externalBusinessId: "2" }),
        listOf({ name: "odd", externalBusinessId: "2", [text]: text }),
        text,
      ]) {
        const message = await read(list, form);
        if (typeof message !== "string") throw new Error("expected a refusal");
        expectPrintable(message);
        expect(message.length).toBeLessThan(5_000);
      }
    });
  });
});
