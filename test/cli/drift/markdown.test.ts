import { expect, test } from "@jest/globals";
import { code, markdownMarker, prose, renderMarkdown } from "../../../cli/drift/markdown";
import type { MerchantReport } from "../../../stack/report";
import { example, hostile, merchant, withMerchants, withStacks } from "./helpers/example";
import { expectOwnMarkdown } from "./helpers/own-markup";

function drifted(name: string, value = "2"): MerchantReport {
  return merchant(name, {
    status: "drifted",
    properties: [{ name: "connectedTagId", secret: false, program: "1", pinterest: value }],
  });
}

test("starts with the marker, a heading and the result", () => {
  expect(renderMarkdown(example).split("\n").slice(0, 5)).toEqual([
    "<!-- pulumi-pinterest drift -->",
    "",
    "## Pinterest drift",
    "",
    "**9 integrations: 6 managed (2 drifted, 2 revoked, 1 unreachable, 1 in sync), 3 unmanaged; 1 missing, 1 error, 2 pending.**",
  ]);
  expect(markdownMarker).toBe("<!-- pulumi-pinterest drift -->");
});

test("has a row for each property that differs", () => {
  expect(renderMarkdown(example)).toContain(
    "| Integration | Property | Program | Pinterest |\n| --- | --- | --- | --- |\n" +
      "| `berlin` (`de-berlin-1`, account `north`, changed `2026-07-31T20:15:00Z`) | `connectedTagId` | `2613187432` | `2600000000001` |\n" +
      "| `berlin` (`de-berlin-1`, account `north`, changed `2026-07-31T20:15:00Z`) | `connectedMerchantId` | `1949483` | *not set* |\n",
  );
});

test("names the stack of each integration if there are several", () => {
  const stack = { project: "shops", directory: ".", errors: [] };
  const text = renderMarkdown(
    withStacks(
      { ...stack, stack: "dev", merchants: [merchant("a", { status: "missing" })] },
      { ...stack, stack: "prod", merchants: [merchant("b", { status: "missing" })] },
    ),
  );

  expect(text).toContain("- `a` (stack `shops/dev`)\n- `b` (stack `shops/prod`)");
  expect(text).toContain("Stacks `shops/dev`, `shops/prod`, checked at");
});

test("collapses details, and closes every element", () => {
  const text = renderMarkdown(example);

  expect(text.match(/<details><summary>[^\n]*<\/summary>\n\n/g)).toHaveLength(3);
  expect(text.match(/<\/details>/g)).toHaveLength(3);
});

test("prints only the result if there are no findings", () => {
  expect(renderMarkdown(withMerchants(merchant("a"), merchant("b")))).toBe(
    "<!-- pulumi-pinterest drift -->\n\n## Pinterest drift\n\n**2 in sync.**\n\n" +
      "Stack `shops/dev`, checked at 2026-08-01T12:30:00Z. Exit code 0: nothing differs and nothing failed.\n",
  );
});

test("omits and counts rows that do not fit into an issue, and keeps drift first", () => {
  const value = "é".repeat(80);
  const text = renderMarkdown(
    withMerchants(
      ...[...Array(200).keys()].map((index) => merchant(`pending-${index}`, { pending: ["scopes"] })),
      ...[...Array(500).keys()].map((index) => merchant(`missing-${index}`, { status: "missing" })),
      ...[...Array(400).keys()].map((index) => drifted(`drifted-${index}`, `${value}${index}`)),
    ),
  );
  const shown = (name: string) => text.match(new RegExp(`\`${name}-\\d+\``, "g"))?.length ?? 0;
  const note = text.split("\n").at(-2);

  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
  expect(Buffer.byteLength(text)).toBeGreaterThan(55_000);
  expect(shown("drifted")).toBeGreaterThan(200);
  expect([shown("missing"), shown("pending")]).toEqual([0, 0]);
  expect(note).toContain(
    `**Omitted, because the report is too long:** Drifted (${400 - shown("drifted")}), Missing (500), Pending (200)`,
  );
});

test.each([
  ["a|b", "`a|b`"],
  ["a`b", "``a`b``"],
  ["`", "`` ` ``"],
  ["``a", "``` ``a ```"],
  ["a\nb", "`a\\nb`"],
  ["<b>@me", "`<b>@me`"],
])("writes %j as the code %s", (text, markdown) => {
  expect(code(text)).toBe(markdown);
});

test("escapes pipes in cells", () => {
  const text = renderMarkdown(withMerchants(drifted("a|b", "x\\|y|z")));

  expect(text).toContain("| `a\\|b` | `connectedTagId` | `1` | `x\\\\|y\\|z` |");
});

test("removes markup, mentions, references and headings from prose, and keeps code", () => {
  expect(prose("# a\n- b *c* <i>@octocat</i> #12 [x](y)\n\n1. run `x | y`", 500)).toBe(
    "\\#&#8203; a<br>\\- b \\*c\\* \\<i>\\@&#8203;octocat\\</i> \\#&#8203;12 \\[x](y)<br>1\\. run `x | y`",
  );
});

test.each([
  ["'quote\"'`$x\\back': run `pulumi up` again.", "'quote\"'&#96;\\$x&#92;back': run `pulumi up` again."],
  ["run `import 'a`b\\c'`.", "run ``import 'a`b\\c'``."],
  ["(`a`, `b`) `c", "(`a`, `b`) &#96;c"],
])("keeps code in prose with backticks and backslashes in names: %s", (text, markdown) => {
  expect(prose(text, 500)).toBe(markdown);
});

test("does not escape characters that are not markup", () => {
  const message = "ads_write: 401, code 2 (a = b | c). Run it! {x} a-b 1.5 > 1; R&D: `urn:a`";
  expect(prose(message)).toBe(message);
});

test.each([
  ["_a_ __b__ ~c~ {+d+} !1 &lt; x", "\\_a\\_ \\_\\_b\\_\\_ \\~c\\~ \\{+d+} \\!1 \\&lt; x"],
  ["see https://a.example or www.b.example", "see https\\://a.example or www\\.b.example"],
  ["> a\n+ b\n2) c", "\\> a<br>\\+ b<br>2\\) c"],
])("escapes what is markup at its place: %j", (text, markdown) => {
  expect(prose(text)).toBe(markdown);
});

test("escapes markup and mentions in strings from outside", () => {
  const text = renderMarkdown(hostile);

  expect(text).toContain("\\<script>");
  expectOwnMarkdown(text);
});
