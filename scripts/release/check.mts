// Checks that the repository is ready to be released as the version of a tag, and writes the release's notes to a file.
// Arguments: TAG NOTES-FILE
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { releaseNotes } from "./changelog.mts";

const repository = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(repository, path), "utf8");
const [tag, notesFile] = process.argv.slice(2);
if (tag === undefined || notesFile === undefined)
  throw new Error("Arguments are missing: node scripts/release/check.mts TAG NOTES-FILE");
const version = tag.replace(/^v/, "");
const manifest = JSON.parse(read("package.json"));

const problems = [
  ...(/^v\d+\.\d+\.\d+(-[\w.-]+)?$/.test(tag) ? [] : [`The tag "${tag}" is not a version such as v1.2.3.`]),
  ...[
    ["package.json", manifest.version],
    ["package-lock.json", JSON.parse(read("package-lock.json")).version],
    ["schema.json", JSON.parse(read("schema.json")).version],
  ].flatMap(([file, found]) =>
    found === version ? [] : [`${file} has the version ${found}, but the tag is ${tag}.`],
  ),
  ...(manifest.repository === undefined ? ["package.json has no `repository`."] : []),
];
try {
  writeFileSync(notesFile, `${releaseNotes(read("CHANGELOG.md"), version)}\n`);
} catch (error) {
  problems.push((error as Error).message);
}

if (problems.length > 0) {
  console.error(
    `${problems.join("\n")}\nSet the version with \`npm version\`, and push its commit and its tag.`,
  );
  process.exitCode = 1;
} else console.log(`${tag} is ready to be released.`);
