import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { languageOptions, type Manifest, withAddress } from "../../scripts/schema/address.mts";
import { packageProperties } from "../../scripts/schema/package-schema.mts";
import { repository } from "./helpers/schema";

const {
  repository: _,
  homepage: __,
  ...manifest
} = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

/** package.json with a repository that does not exist. */
function releasedFrom(address: Manifest["repository"]): Manifest {
  return { ...manifest, version: "1.2.3", ...(address === undefined ? {} : { repository: address }) };
}

const forms: [string, Manifest["repository"]][] = [
  ["GitHub's short form", "Example-Org/pulumi-pinterest"],
  ["npm's short form", "github:Example-Org/pulumi-pinterest"],
  ["an address", "https://github.com/Example-Org/pulumi-pinterest"],
  ["what npm writes", { url: "git+https://github.com/Example-Org/pulumi-pinterest.git" }],
];

test.each(forms)("everything that has the repository's address comes from package.json: %s", (_, address) => {
  const homepage = "https://github.com/Example-Org/pulumi-pinterest";
  expect(packageProperties("pinterest", releasedFrom(address))).toMatchObject({
    version: "1.2.3",
    publisher: "Example-Org",
    namespace: "example-org",
    homepage,
    repository: homepage,
    pluginDownloadURL: "github://api.github.com/Example-Org/pulumi-pinterest",
    logoUrl: "https://raw.githubusercontent.com/Example-Org/pulumi-pinterest/v1.2.3/docs/pictures/logo.png",
    language: {
      go: { importBasePath: "github.com/Example-Org/pulumi-pinterest/sdk/go/pinterest" },
      csharp: { rootNamespace: "ExampleOrg" },
      java: { basePackage: "io.github.example_org" },
    },
  });
  const unreleased = releasedFrom(address);
  expect(withAddress(unreleased)).toEqual({ ...unreleased, homepage });
});

test("without `repository` in package.json, omits all addresses, and names packages as examples", () => {
  const unreleased = releasedFrom(undefined);
  expect(withAddress(unreleased)).toEqual(unreleased);
  const properties = packageProperties("pinterest", unreleased);
  expect(properties).toMatchObject({ publisher: "pulumi-pinterest" });
  expect(JSON.stringify(properties)).not.toMatch(/github/i);
  expect(languageOptions(unreleased)).toMatchObject({
    go: { importBasePath: "example.com/pulumi-pinterest/sdk/go/pinterest" },
    csharp: { rootNamespace: "Example" },
    java: { basePackage: "com.example" },
  });
});

test("refuses a repository that is not at GitHub", () => {
  expect(() => withAddress(releasedFrom("https://example.com/pulumi-pinterest"))).toThrow(
    "must be an address at GitHub",
  );
});

test("package.json has what the generator writes", () => {
  const committed = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  expect(withAddress(committed)).toEqual(committed);
});
