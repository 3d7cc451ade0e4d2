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

test("every promise names its main test and its engine tests, and every file in test/promises has a promise", () => {
  const [, table = ""] = /(\|[\s\S]*?)\n\n/.exec(promises) ?? [];
  const rows = table.split("\n").slice(2);
  expect(rows).toHaveLength(14);
  const mainTests = rows.map((row) => {
    const [, , mainTest = "", , onEngine = ""] = row.split("|");
    expect(mainTest).toMatch(/^ `test\/(?!engine|story)[\w/-]+` $/);
    expect(onEngine).toMatch(/`test\/(?:engine|story|promises)/);
    for (const [, path = ""] of onEngine.matchAll(/`(test\/promises\/[\w-]+)`/g)) {
      expect(read(`${path}.test.ts`)).toContain("onEngine: true");
    }
    return mainTest.trim().slice(1, -1);
  });
  const files = globSync("test/promises/*.test.ts", { cwd: repository });
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => !mainTests.includes(file.replace(".test.ts", "")))).toEqual([]);
});

test("the named tests of promises exist", () => {
  const named = [...promises.matchAll(/`(test\/[\w/-]+)`: "([^"]+)"/g)];
  expect(named.length).toBeGreaterThan(0);
  for (const [, path = "", name = ""] of named) {
    const files = globSync(`${path}{/*,}.test.ts`, { cwd: repository });
    expect(files.map(read).join("")).toContain(`test("${name}"`);
  }
});
