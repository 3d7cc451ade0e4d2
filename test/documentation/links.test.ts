import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { anchorOf, targetOf } from "../../scripts/site/pages.mts";

const repository = resolve(__dirname, "../..");
const folders = "{docs,examples,emulator,scripts,bench}/**/*.md";
const documents = globSync(["*.md", folders], { cwd: repository, exclude: ["**/node_modules"] }).map((path) =>
  join(repository, path),
);

/** The anchors of a document: of its headings at GitHub and npmjs.com, and those above headings. */
function anchorsIn(path: string): Set<string> {
  const document = readFileSync(path, "utf8");
  const headings = document.matchAll(/^#+ (.+)$/gm);
  const named = document.matchAll(/^<a id="(.+)"><\/a>$/gm);
  return new Set([
    ...[...headings].map(([, heading = ""]) => anchorOf(heading)),
    ...[...named].map(([, name = ""]) => name),
  ]);
}

/** The links of a document whose file or heading does not exist. */
function brokenLinksIn(document: string): string[] {
  const links = [...readFileSync(document, "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? document : resolve(dirname(document), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && file.endsWith(".md") && !anchorsIn(file).has(anchor);
    })
    .map((link) => `${relative(repository, document)}: ${link}`);
}

test("every link between documents has an existing file and heading", () => {
  expect(documents.length).toBeGreaterThan(15);
  expect(documents.flatMap(brokenLinksIn)).toEqual([]);
});

test("docs/README.md lists every page, except those of the reference and of Pulumi's registry", () => {
  const registry = ["_index.md", "installation-configuration.md"];
  const pages = globSync("**/*.md", { cwd: join(repository, "docs"), exclude: ["reference"] });
  const index = readFileSync(join(repository, "docs/README.md"), "utf8");
  const missing = pages.filter(
    (page) => ![...registry, "README.md"].includes(page) && !index.includes(`(${page})`),
  );
  expect(pages.length).toBeGreaterThan(30);
  expect(missing).toEqual([]);
});

test("links in the README lead to files in the npm package, except links for contributors", () => {
  const { files }: { files: string[] } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const isPackaged = (path: string) =>
    [...files, "LICENSE"].some((included) => path === included || path.startsWith(`${included}/`));
  const links = readFileSync(join(repository, "README.md"), "utf8").matchAll(/\]\(([^)\s#:]+)(?:#[^)]*)?\)/g);
  const outside = new Set([...links].map(([, path = ""]) => path).filter((path) => !isPackaged(path)));
  expect([...outside].sort()).toEqual(["CONTRIBUTING.md"]);
});

test.each([
  ["a page", "fleet/README.md#install", "fleet/index.md#install"],
  ["an anchor", "#install", "#install"],
  ["another server", "https://www.pulumi.com", "https://www.pulumi.com"],
  ["a file of the repository", "../bench/README.md#results", "https://files.example/bench/README.md#results"],
  ["a page of Pulumi's Registry", "_index.md", "https://files.example/docs/_index.md"],
])("links on the documentation site lead to %s", (_, link, target) => {
  expect(targetOf(link, "docs/ci.md", "https://files.example")).toBe(target);
});
