import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { expect, test } from "@jest/globals";

const repository = resolve(__dirname, "../..");
const documents = ["CONTRIBUTING.md", "docs/architecture.md", "docs/platforms.md", "docs/promises.md"];
const promises = read("docs/promises.md");

function read(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}

/** Whether a path exists. The documents name test files without `.test.ts`. */
function exists(path: string): boolean {
  return existsSync(join(repository, path)) || existsSync(join(repository, `${path}.test.ts`));
}

test.each(documents)("every path in %s exists", (document) => {
  const directories = "provider|stack|cli|fleet|emulator|scripts|bench|examples|test|docs";
  const paths = [...read(document).matchAll(new RegExp(`\`((?:${directories})/[\\w./-]+)\``, "g"))];
  expect(paths.length).toBeGreaterThan(10);
  const missing = paths.map(([, path = ""]) => path).filter((path) => !exists(path));
  // NAME is a placeholder for the reader's own name.
  expect(missing.filter((path) => !path.includes("/NAME/"))).toEqual([]);
});

test("the list of code that depends on the system is complete", () => {
  const sources = globSync("{provider,stack,fleet,cli,emulator}/**/*.ts", { cwd: repository });
  const depending = sources.filter((path) => /process\.platform|getuid|SIGBREAK|\/proc\//.test(read(path)));
  expect(depending.length).toBeGreaterThan(5);
  const listed = read("docs/platforms.md");
  expect(depending.filter((path) => !listed.includes(basename(path)))).toEqual([]);
});

test("every promise names its unit or protocol tests and its engine tests", () => {
  const [, table = ""] = /(\|[\s\S]*?)\n\n/.exec(promises) ?? [];
  const rows = table.split("\n").slice(2);
  expect(rows).toHaveLength(8);
  for (const row of rows) {
    const [, , onTestEngine = "", onEngine = ""] = row.split("|");
    expect(onTestEngine).toMatch(/`test\/(?!engine|story)/);
    expect(onEngine).toMatch(/`test\/(?:engine|story)/);
  }
});

test("the named tests of promises exist", () => {
  const named = [...promises.matchAll(/`(test\/[\w/-]+)`: "([^"]+)"/g)];
  expect(named.length).toBeGreaterThan(0);
  for (const [, path = "", name = ""] of named) {
    const files = globSync(`${path}{/*,}.test.ts`, { cwd: repository });
    expect(files.map(read).join("")).toContain(`test("${name}"`);
  }
});
