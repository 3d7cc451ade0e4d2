// Checks the language and length of the documentation, and the language of the command line's help: `npm run lint` runs it.
// Arguments: files to check instead.
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Block, linesIn } from "./prose/block.mts";
import { blocksOfHelp, helpTexts } from "./prose/help.mts";
import { blocksOfMarkdown } from "./prose/markdown.mts";
import { refusedWords } from "./prose/words.mts";

const repository = resolve(import.meta.dirname, "..");
const documents = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "emulator/README.md", "bench/README.md"],
  ...globSync(["docs/**/*.md", "examples/**/README.md"], { cwd: repository, exclude: ["**/node_modules"] }),
];
/** Longest page, in bytes. Split a longer one by its readers' tasks. */
const maxPage = 12_000;
const maxSentence = 30;
const maxParagraph = 60;

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

const given = process.argv.slice(2);
const files = given.length > 0 ? given : documents;
const problems = files.flatMap((path) => {
  const text = readFileSync(resolve(repository, path), "utf8");
  const size = Buffer.byteLength(text);
  return [
    ...(size > maxPage ? [`${path}: page of ${size} bytes, at most ${maxPage}`] : []),
    ...blocksOfMarkdown(text).flatMap((block) => problemsIn(path, block)),
  ];
});
const helps = given.length > 0 ? [] : await helpTexts();
problems.push(
  ...helps.flatMap(([name, help]) => blocksOfHelp(help).flatMap((block) => problemsIn(name, block))),
);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
