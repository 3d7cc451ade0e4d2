import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { languagePages } from "../../scripts/references/language-pages.mts";
import { registryPages } from "../../scripts/references/registry-pages.mts";
import { packageSchema } from "../../scripts/schema/package-schema.mts";

// The checks of Pulumi's Registry for a community package:
// https://github.com/pulumi/registry/tree/0b21a20cc4bc4f3d4ab66026b6ef502ade16a76a/scripts/ci/community-package (verify_entry.py, doc_lint.py,
// sdk_install_probe.py), and `writePackageMetadata` of tools/resourcedocsgen/cmd/metadata.go, which generates the package's entry.

const repository = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(repository, path), "utf8");
const manifest = JSON.parse(read("package.json"));
/** The schema of a release, in a repository that exists only in this test. */
const schema = packageSchema(join(repository, "dist/provider"), join(repository, "scripts/schema/examples"), {
  ...manifest,
  repository: { type: "git", url: "git+https://github.com/example-owner/pulumi-pinterest.git" },
  // biome-ignore lint/suspicious/noExplicitAny: the test reads a few properties
}) as any;

test("the pages for the Registry and for languages match schema.json", () => {
  const committed = JSON.parse(read("schema.json"));
  const pages = { ...registryPages(committed), ...languagePages(committed) };
  for (const [name, text] of Object.entries(pages))
    expect({ name, text: read(`docs/${name}`) }).toEqual({ name, text });
});

test("the pages for languages name the packages as the repository's address does", () => {
  const pages = languagePages(schema);
  expect(pages["go.md"]).toContain('"github.com/example-owner/pulumi-pinterest/sdk/go/pinterest"');
  expect(pages["csharp.md"]).toContain("using Pinterest = ExampleOwner.Pinterest;");
  expect(pages["java.md"]).toContain("import io.github.example_owner.pinterest.CommerceIntegration;");
});

test("the schema has what the Registry requires", () => {
  // The Registry removes "pulumi-" from the repository's name.
  expect(schema.name).toBe("pinterest");
  expect(schema.version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  expect(schema.publisher).toMatch(/\S/);
  const categories = schema.keywords.filter((keyword: string) => keyword.startsWith("category/"));
  expect(categories).toHaveLength(1);
  expect(["cloud", "database", "infrastructure", "monitoring", "network", "utility", "vcs"]).toContain(
    categories[0].replace("category/", ""),
  );
  expect(schema.keywords).toContain("kind/native");
});

test("the names that the Registry installs pass its allowlists", () => {
  expect(schema.pluginDownloadURL).toMatch(/^(https|github|gitlab):\/\/[\w.~:/?#@!$&()*+,;=-]+$/);
  const { nodejs, python, go } = schema.language;
  for (const name of [schema.name, nodejs.packageName, python.packageName, go.importBasePath])
    expect(name).toMatch(/^[A-Za-z0-9._@/-]+$/);
  expect(schema.logoUrl).toMatch(/^https:\/\/.+\.png$/);
});

describe.each(Object.entries(registryPages(schema)))("%s", (_name, text) => {
  test("starts with front matter", () => {
    const [, frontMatter = ""] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
    expect(parse(frontMatter)).toEqual({
      title: expect.stringMatching(/\S/),
      meta_desc: expect.stringMatching(/\S/),
      layout: "package",
    });
  });

  test("has no links and images that break on the Registry's site", () => {
    const breaking = [
      /<img[^>]+src=["'](?!https?:)/i,
      /!\[[^\]]*\]\([./]/,
      /<a[^>]+href="[./]/,
      /\]\((?!https?:\/\/)[^)]*\.md[)#]/,
    ];
    expect(text.split("\n").filter((line) => breaking.some((pattern) => pattern.test(line)))).toEqual([]);
  });
});
