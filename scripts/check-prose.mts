// Checks the language and length of the documentation, which contains the help of every command: `npm run lint` runs it.
// Arguments: files to check instead.
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { marked, type Tokens } from "marked";

const repository = resolve(import.meta.dirname, "..");
const documents = [
  ...[
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "emulator/README.md",
    "bench/README.md",
    "scripts/engine/README.md",
  ],
  ...globSync(["docs/**/*.md", "examples/**/README.md"], { cwd: repository, exclude: ["**/node_modules"] }),
];
/** Longest page, in bytes. Split a longer one by its readers' tasks. */
const maxPage = 12_000;
const maxSentence = 30;
const maxParagraph = 60;

/**
 * Words that the documentation avoids, and what it says instead. Left out, because each has a legitimate use: "same" as an
 * adjective, "text", and "gone", which is a status in drift reports.
 */
const refusedWords: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b(tak(e|es|en|ing)|took) over\b|\btake-?overs?\b/gi, '"adopt"'],
  [/\b(bring|brings|bringing|brought) (\w+ ){0,3}up\b/gi, '"deploy"'],
  [/\bmade\b|\banew\b/gi, '"created" or "recreated"'],
  [/\b(connections?|integrations?) (is|are|was|were) ended\b/gi, '"deleted" or "disconnected"'],
  [/\ba look\b|\blook(s|ed|ing)? at\b|\blook-ups?\b/gi, '"check", "read" or "lookup"'],
  [/\bsweep(s|ing)?\b/gi, '"quick check"'],
  [/\bheal(s|ed|ing)?\b/gi, '"fix drift"'],
  [/\b(is|are|\d+) same\b/gi, '"in sync"'],
  [/\bfront[ -]ends?\b/gi, '"dynamic provider" or "plugin"'],
  [/\bstate (knows|remembers)\b/gi, '"the last known state"'],
  [/\bPinterest's own number\b/gi, '"integration ID"'],
  [/\bthe id in the shop\b/gi, '"external business ID"'],
  [/\blag(s|ged|ging)?\b/gi, '"is eventually consistent" or "a stale read"'],
  [/\bsettle[sd]?\b|\bsettling\b/gi, '"converge"'],
  [/\bstorm(ed|ing)\b/gi, '"retry storm"'],
  [/\bunder way\b/gi, '"in progress"'],
  [/\bsealed\b|\bin (the )?clear\b/gi, '"encrypted" or "in plaintext"'],
  [/\ba text\b(?! file)|\btexts\b|\bblank\b/gi, '"string" or "whitespace"'],
  [/\b(a|the) cap\b|\bcap(s|ped)\b/gi, '"limit"'],
  [/\bpass(ed|es|ing)? over\b/gi, '"skip"'],
  [/\bmend(s|ed|ing)?\b|\bput(s|ting)? right\b/gi, '"fix"'],
  [/\b(?<!\b(error|message|report|warning) )(tells|says|hears)\b/gi, '"reports", "prints" or "receives"'],
  [/\bbesides?\b/gi, '"next to" or "in addition to"'],
  [/\bwhatever\b|\bwhoever\b|\bwhat there is\b/gi, "the name of the thing"],
  [/\bsurroundings\b|\bdeeds?\b|\ba claim\b/gi, '"dependencies", "operation" or "ownership record"'],
];

/** A piece of prose: a paragraph, a heading, a list item's text or a table cell. */
interface Block {
  readonly text: string;
  readonly line: number;
}

const linesIn = (text: string) => text.split("\n").length - 1;

const sentencesIn = new Intl.Segmenter("en", { granularity: "sentence" });
const countWords = (text: string) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

function problemsIn(name: string, { text, line }: Block): string[] {
  const shown = text.replaceAll("\n", " ").replace(/^\[!\w+\]/, (mark) => " ".repeat(mark.length));
  // Inline code counts as one word, and is not checked. A middle dot separates the links of a list, like a full stop.
  const prose = shown.replace(/`[^`]+`/g, (code) => "C".padEnd(code.length, "o")).replaceAll("·", "\u2029");
  const problem = (index: number, message: string) =>
    `${name}:${line + linesIn(text.slice(0, index))}: ${message}: "${shown.slice(index).trim().slice(0, 60)}"`;
  const words = countWords(prose);
  const problems =
    words > maxParagraph ? [problem(0, `paragraph of ${words} words, at most ${maxParagraph}`)] : [];
  for (const { segment, index } of sentencesIn.segment(prose)) {
    const words = countWords(segment);
    if (words > maxSentence)
      problems.push(problem(index, `sentence of ${words} words, at most ${maxSentence}`));
  }
  for (const [pattern, instead] of refusedWords) {
    for (const { 0: word, index } of prose.matchAll(pattern)) {
      problems.push(problem(index, `"${word}", write ${instead}`));
    }
  }
  return problems;
}

/** The text that a reader sees, with the backticks of inline code. */
function plain(tokens: readonly Tokens.Generic[]): string {
  return tokens
    .map((token) => {
      if (token.type === "codespan") return token.raw;
      if (token.type === "html") return "";
      return token.tokens ? plain(token.tokens) : (token.text ?? "\n");
    })
    .join("");
}

/** The prose of a page, without code blocks and HTML. */
function blocksIn(tokens: readonly Tokens.Generic[], start: number): Block[] {
  let line = start;
  return tokens.flatMap((token) => {
    const first = line;
    line += linesIn(token.raw);
    if (token.type === "table") {
      const { header, rows } = token as Tokens.Table;
      // The second line of a table separates the header.
      return [header, [], ...rows].flatMap((cells, row) =>
        cells.map(({ tokens }) => ({ text: plain(tokens), line: first + row })),
      );
    }
    if (token.type === "list") return blocksIn(token.items, first);
    if (["list_item", "blockquote"].includes(token.type)) return blocksIn(token.tokens ?? [], first);
    if (!["paragraph", "heading", "text"].includes(token.type)) return [];
    return [{ text: plain(token.tokens ?? []), line: first }];
  });
}

const given = process.argv.slice(2);
const problems = (given.length > 0 ? given : documents).flatMap((path) => {
  const text = readFileSync(resolve(repository, path), "utf8");
  const size = Buffer.byteLength(text);
  return [
    ...(size > maxPage ? [`${path}: page of ${size} bytes, at most ${maxPage}`] : []),
    ...blocksIn(marked.lexer(text), 1).flatMap((block) => problemsIn(path, block)),
  ];
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
