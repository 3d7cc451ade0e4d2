// Checks the words and the size of the documentation, which contains the help of every command: `npm run lint` runs it.
// Arguments: files to check instead.
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const repository = resolve(import.meta.dirname, "..");
const documents = [
  ...[
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SKILL.md",
    "emulator/README.md",
    "bench/README.md",
    "scripts/engine/README.md",
    "scripts/release/README.md",
  ],
  ...globSync(["docs/**/*.md", "examples/**/README.md"], { cwd: repository, exclude: ["**/node_modules"] }),
];
/** Longest page, in bytes. Split a longer one by its readers' tasks. */
const maxPage = 12_000;

/** What a reader sees at once. Generated pages fold each example in other languages, so that readers unfold one of them. */
function visiblePart(page: string): string {
  return /^<!-- Generated\./m.test(page) ? page.replaceAll(/^<details>\n[\s\S]*?^<\/details>\n/gm, "") : page;
}

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

/** The page without code blocks, inline code and addresses of links. Keeps line numbers. */
function proseOf(page: string): string {
  return page
    .replaceAll(/^( *)```[\s\S]*?^\1```$/gm, (block) => block.replaceAll(/[^\n]/g, ""))
    .replaceAll(/`[^`\n]+`|\]\([^)\n]*\)/g, "");
}

const given = process.argv.slice(2);
const problems = (given.length > 0 ? given : documents).flatMap((path) => {
  const page = readFileSync(resolve(repository, path), "utf8");
  const size = Buffer.byteLength(visiblePart(page));
  const lines = proseOf(page).split("\n");
  return [
    ...(size > maxPage ? [`${path}: page of ${size} bytes, at most ${maxPage}`] : []),
    ...lines.flatMap((line, index) =>
      refusedWords.flatMap(([pattern, instead]) =>
        Array.from(line.matchAll(pattern), ([word]) => `${path}:${index + 1}: "${word}", write ${instead}`),
      ),
    ),
  ];
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
