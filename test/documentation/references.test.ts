import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { resolveSwitches } from "../../emulator/switches";
import { readConfiguration } from "../../provider/config/configuration";
import { referencePages } from "../../scripts/references/pages.mts";
import { hostWith } from "../run-context";

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

/** Returns the defaults in the first table of a page whose first column has this title. */
function documentedDefaults(page: string, title: string): Record<string, string> {
  const lines = readFileSync(join(docs, "reference", page), "utf8").split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${title} `));
  const cells = (line = "") => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("`", ""));
  const column = cells(lines[start]).indexOf("default");
  const end = lines.indexOf("", start);
  return Object.fromEntries(
    lines.slice(start + 2, end).map((line) => [String(cells(line)[1]), String(cells(line)[column])]),
  );
}

test("the documented defaults of the configuration match the code", () => {
  const code = readConfiguration(() => undefined, hostWith());

  expect(documentedDefaults("configuration.md", "key")).toMatchObject({
    "pinterest:accountCommandTimeout": String(code.accountCommandTimeoutMs / 1000),
    "pinterest:apiUrl": code.apiUrl,
    "pinterest:requestTimeout": String(code.requestTimeoutMs / 1000),
    "pinterest:operationTimeout": String(code.operationTimeoutMs / 1000),
    "pinterest:maxAttempts": String(code.maxAttempts),
    "pinterest:consistencyTimeout": String(code.consistencyTimeoutMs / 1000),
    "pinterest:detectDrift": code.detectDrift,
    "pinterest:whenUnreachable": code.whenUnreachable,
    "pinterest:compareSecrets": String(code.compareSecrets),
    "pinterest:reportLogs": String(code.reportLogs),
  });
});

test("the documented defaults of the emulator's switches match the code", () => {
  const [older, newer] = [resolveSwitches({}), resolveSwitches({ generation: "5.28" })];
  const expected = Object.entries(older).map(([name, value]) => {
    const other = newer[name as keyof typeof newer];
    const dependsOnGeneration = name !== "generation" && String(other) !== String(value);
    return [name, dependsOnGeneration ? `${value}; in generation 5.28, ${other}` : String(value) || "none"];
  });
  const documented = Object.entries(documentedDefaults("emulator-switches.md", "switch"));

  expect(documented.map(([name, text]) => [name, text.replace(/ \(.*\)$/, "")])).toEqual(
    expect.arrayContaining(expected),
  );
});

test("the page of the drift report describes each kind of object once", () => {
  const page = readFileSync(join(docs, "reference/drift-report.md"), "utf8");
  const sections = page.split(/^## /m).slice(1);
  const titles = sections.map((section) => section.split("\n", 1)[0]);
  const tables = sections.map((section) => section.slice(section.indexOf("|")).trim());
  expect(new Set(titles).size).toBe(sections.length);
  expect(new Set(tables).size).toBe(sections.length);
  expect(page).toContain("`resolved` | list of objects: [groups](#groups)");
});
