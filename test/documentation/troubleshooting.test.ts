import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";

const repository = resolve(__dirname, "../..");
const guide = readFileSync(join(repository, "docs/troubleshooting.md"), "utf8");

/** Sections whose messages other programs print. */
const foreignSections = ["Messages of Pulumi", "Messages of npm"];

/** The guide's placeholder for a name or a value. */
const placeholder = "…";

/** The maximum number of characters in the source that a placeholder matches. */
const placeholderLength = 150;

interface Entry {
  readonly section: string;
  readonly message: string;
}

/** The first cell of each row of the guide's tables. */
function entriesIn(markdown: string): Entry[] {
  return markdown.split(/^## /m).flatMap((text) => {
    const section = text.split("\n")[0] ?? "";
    const rows = [...text.matchAll(/^\| (`+) ?(.+?) ?\1 \| [^|]+ \| [^|]+ \|$/gm)];
    return rows.map(([, , message = ""]) => ({ section, message }));
  });
}

/** The product's source code without comments, with the parts of each message joined. */
function sources(): string {
  const files = globSync("{provider,stack,cli,fleet}/**/*.{ts,mts}", { cwd: repository });
  return files
    .map((file) => readFileSync(join(repository, file), "utf8"))
    .join("\n")
    .replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "")
    .replaceAll("\\`", "`")
    .replaceAll(/["'`]\s*\+\s*["'`]/g, "");
}

function patternOf(message: string): RegExp {
  const parts = message.split(placeholder).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(parts.join(`[^]{0,${placeholderLength}}?`));
}

const entries = entriesIn(guide);
const productEntries = entries.filter(({ section }) => !foreignSections.includes(section));

test("lists the most frequent messages, and no more", () => {
  expect(entries.length).toBe([...guide.matchAll(/^\| `/gm)].length);
  expect(entries.length).toBeGreaterThan(15);
  expect(entries.length).toBeLessThanOrEqual(27);
  for (const section of foreignSections) expect(entries.map((entry) => entry.section)).toContain(section);
});

test("quotes messages that the product prints", () => {
  const source = sources();
  expect(productEntries.filter(({ message }) => !patternOf(message).test(source))).toEqual([]);
  expect(patternOf("a message that nothing … prints").test(source)).toBe(false);
});
