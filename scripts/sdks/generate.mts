import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../engine/command.mts";
import { addressOf, type Manifest, packageNamesOf } from "../schema/address.mts";

const repository = resolve(import.meta.dirname, "../..");

/** The directories of the SDKs. The package for Node.js that is published is this repository's, not the generated one. */
const languages = ["dotnet", "go", "java", "nodejs", "python"] as const;

/**
 * Generates the SDKs for all languages from schema.json, with a directory for each. Needs Go.
 *
 * @param directory is emptied
 */
export async function generateSdks(directory: string): Promise<void> {
  const manifest: Manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  rmSync(directory, { recursive: true, force: true });
  const files = ["schema.json", "docs/pictures/logo.png"].map((file) => join(repository, file));
  // The flags of scripts/engine, so that Go compiles the packages of both only once.
  await go(import.meta.dirname, "run", "-trimpath", "-buildvcs=false", ".", ...files, directory);
  for (const language of languages)
    copyFileSync(join(repository, "LICENSE"), join(directory, language, "LICENSE"));
  const readme = join(directory, "python/pulumi_pinterest/README.md");
  copyFileSync(readme, join(directory, "python/README.md"));
  writeFileSync(join(directory, "java/pom.xml"), pom(manifest));
  await completeGoModule(join(directory, "go"));
}

/** Adds the modules that the package needs to go.mod, in the versions that the generators use, and their hashes to go.sum. */
async function completeGoModule(directory: string): Promise<void> {
  const pinned = readFileSync(join(import.meta.dirname, "go.mod"), "utf8");
  const [, version] = /pulumi\/sdk\/v3 (v\S+)/.exec(pinned) ?? [];
  await go(directory, "mod", "edit", `-require=github.com/pulumi/pulumi/sdk/v3@${version}`);
  await go(directory, "list", "-mod=mod", "-deps", "./...");
}

/** Runs Go without the user's settings that change builds. */
export function go(directory: string, ...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    CGO_ENABLED: "0",
    GO111MODULE: "on",
    GOFLAGS: "-mod=readonly",
    GOWORK: "off",
  };
  return run("go", args, { cwd: directory, env });
}

/** The version of Pulumi's SDK for Java. */
const pulumiJava = "1.36.1";

/** The Maven project of the SDK for Java, whose generator writes files for Gradle only. */
function pom(manifest: Manifest): string {
  const address = addressOf(manifest);
  const element = (name: string, text: string) =>
    `<${name}>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</${name}>`;
  const dependency = (groupId: string, artifactId: string, version: string) =>
    `    <dependency>${element("groupId", groupId)}${element("artifactId", artifactId)}${element("version", version)}</dependency>`;
  const lines = [
    '<project xmlns="http://maven.apache.org/POM/4.0.0">',
    "  <modelVersion>4.0.0</modelVersion>",
    `  ${element("groupId", packageNamesOf(manifest).mavenGroup)}`,
    `  ${element("artifactId", "pinterest")}`,
    `  ${element("version", manifest.version)}`,
    `  ${element("name", "pinterest")}`,
    `  ${element("description", manifest.description)}`,
    `  <licenses><license>${element("name", manifest.license)}</license></licenses>`,
    ...(address === undefined
      ? []
      : [
          `  ${element("url", address.homepage)}`,
          `  <scm>${element("url", address.homepage)}${element("connection", `scm:git:${address.homepage}.git`)}</scm>`,
          `  <developers><developer>${element("id", address.owner)}</developer></developers>`,
        ]),
    "  <properties>",
    "    <maven.compiler.source>11</maven.compiler.source>",
    "    <maven.compiler.target>11</maven.compiler.target>",
    "    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>",
    "  </properties>",
    "  <dependencies>",
    dependency("com.pulumi", "pulumi", pulumiJava),
    dependency("com.google.code.findbugs", "jsr305", "3.0.2"),
    dependency("com.google.code.gson", "gson", "2.10"),
    "  </dependencies>",
    "</project>",
  ];
  return `${lines.join("\n")}\n`;
}
