import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { referencePages } from "../../scripts/references/pages.mts";

const repository = resolve(__dirname, "../..");
const docs = join(repository, "docs");

test("docs/reference and docs/resources match the package's types, tables, help texts and schemas", () => {
  const pages = referencePages(repository);
  const files = ["reference", "resources"].flatMap((directory) =>
    readdirSync(join(docs, directory)).map((name) => `${directory}/${name}`),
  );
  const published = Object.fromEntries(files.map((file) => [file, readFileSync(join(docs, file), "utf8")]));
  // Includes pages that are no longer generated. Delete their files.
  const names = [...new Set([...Object.keys(pages), ...Object.keys(published)])];
  const outdated = names.filter((name) => pages[name] !== published[name]);
  if (outdated.length > 0) {
    throw new Error(
      `Pages in docs are out of date: ${outdated.join(", ")}. Run \`npm run docs:references\`, and commit the result.`,
    );
  }
  expect(names.length).toBeGreaterThan(5);
});
