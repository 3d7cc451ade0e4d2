import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { renderJson } from "../../../cli/drift/documents";
import { renderHtml } from "../../../cli/drift/html";
import { historyOfReport } from "../../../cli/drift/html-estate";
import { renderMarkdown } from "../../../cli/drift/markdown";
import { renderTable } from "../../../cli/drift/terminal";
import { ofPrograms } from "../../../cli/drift/wording";
import { type DriftedProperty, type DriftReport, driftReport } from "../../../stack/report";
import { anyCharacter } from "../../any-character";
import { recordingTerminal } from "../helpers/terminal";
import { withStacks } from "./helpers/example";
import { expectOwnMarkdown, expectOwnMarkup } from "./helpers/own-markup";

/** The value of every secret. */
const secretValue = "hush-hush";

const fragments = [
  ..."|`\\*_~#@$&:.-<>'\" ",
  "<script>",
  "</td></table></details>",
  '" onload="x()',
  "<!--",
  "-->",
  "@octocat",
  "``",
  "\n\n",
  "\r",
  "\t",
  "\u0000",
  "\u001b[31m",
  "\u009b2J",
  "\u2028",
  "\u202e",
  "\u200b",
  "\ufeff",
  "\u00a0",
  "\ud800",
  "\u{e0041}",
  "😀",
  "東京",
  "e\u0301",
  "https://x.example/?a=b",
  "plain",
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...fragments), { maxLength: 8 }).map((parts) => parts.join("")),
  fc.string({ unit: anyCharacter, maxLength: 30 }),
  fc.constantFrom("toString", "__proto__", "connectedTagId", "x".repeat(3000)),
);
const value = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

const property = fc.oneof(
  fc.record({ name: text, secret: fc.constant(false), program: value, pinterest: value }),
  fc.record({
    name: fc.constantFrom("partnerAccessToken", "partnerAccessTokenExpiry"),
    secret: fc.constant(true),
    program: fc.constant(secretValue),
    pinterest: fc.constant(secretValue),
  }),
) as fc.Arbitrary<DriftedProperty>;

const merchant = fc.record(
  {
    name: text,
    urn: text,
    externalBusinessId: text,
    account: text,
    provider: text,
    status: fc.constantFrom("in-sync", "drifted", "missing", "revoked", "unreachable"),
    since: fc.oneof(text, fc.date({ noInvalidDate: true }).map(String)),
    properties: fc.array(property, { maxLength: 3 }),
    pending: fc.array(text, { maxLength: 3 }),
    reason: text,
    advice: text,
  },
  { requiredKeys: ["name", "urn", "externalBusinessId", "status", "properties", "pending"] },
);

const stack = fc.record(
  {
    project: text,
    stack: text,
    directory: text,
    merchants: fc.array(merchant, { maxLength: 5 }),
    unmanaged: fc.array(
      fc.record(
        { externalBusinessId: text, integrationId: text, account: text, provider: text },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
    unlisted: fc.array(
      fc.record({ account: text, provider: text, reason: text }, { requiredKeys: ["reason"] }),
      { maxLength: 2 },
    ),
    uncompared: fc.array(text, { maxLength: 3 }),
    errors: fc.array(text, { maxLength: 2 }),
  },
  { requiredKeys: ["project", "stack", "directory", "merchants", "errors"] },
);

const anyReport = fc
  .array(stack, { maxLength: 3 })
  .map((stacks) => withStacks(...(JSON.parse(JSON.stringify(stacks)) as DriftReport["stacks"])));

/** Invisible characters, and those that change how others are displayed, except line ends. */
const invisible = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

function forAnyReport(predicate: (report: DriftReport) => void): void {
  fc.assert(fc.property(anyReport, predicate));
}

test("prints any report as a table without invisible characters and secrets", () => {
  forAnyReport((report) => {
    for (const width of [undefined, 70]) {
      const table = renderTable(report, recordingTerminal({ width }));
      expect(table).not.toMatch(invisible);
      expect(table).not.toContain(secretValue);
    }
  });
});

test("fits any ASCII report into the terminal's width, except for long words", () => {
  const asciiReport = anyReport.map(
    (report) => JSON.parse(JSON.stringify(report).replace(/[^\x20-\x7e]/g, "?")) as DriftReport,
  );
  fc.assert(
    fc.property(asciiReport, fc.integer({ min: 40, max: 160 }), (report, width) => {
      const lines = renderTable(report, recordingTerminal({ width })).split("\n");
      expect(lines.filter((line) => line.length > width && !/^ *[^ ]+$/.test(line))).toEqual([]);
    }),
  );
});

test("writes any report as Markdown without foreign markup and mentions, and with complete tables", () => {
  forAnyReport((report) => {
    const markdown = renderMarkdown(report);
    expect(markdown).not.toMatch(invisible);
    expect(markdown).not.toContain(secretValue);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(60_000);
    expectOwnMarkdown(markdown);
  });
});

test("writes any report as HTML without foreign markup and links without a target", () => {
  forAnyReport((report) => {
    const page = renderHtml(report, { ...ofPrograms(), history: historyOfReport(report) });
    const ids = new Set(page.match(/(?<= id=")[^"]*/g));
    expect(page.match(/(?<= href="#)[^"]*/g)?.filter((id) => !ids.has(id))).toEqual([]);
    expect(page).not.toMatch(invisible);
    expect(page).not.toContain(secretValue);
    expectOwnMarkup(page);
  });
});

test("writes any report as valid JSON without values of secrets", () => {
  forAnyReport((report) => {
    const json = renderJson(report);
    expect(json).not.toMatch(invisible);
    expect(json).not.toContain(secretValue);
    expect(driftReport.parse(JSON.parse(json))).toEqual(withoutSecrets(report));
  });
});

function withoutSecrets(report: DriftReport): DriftReport {
  return JSON.parse(JSON.stringify(report), (key, entry) =>
    (key === "program" || key === "pinterest") && entry === secretValue ? undefined : entry,
  ) as DriftReport;
}
