import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { formatVersion, parseVersion, type Version } from "./version.mts";

/** This folder: the Go module that pins the engine lives here. */
export const engineDir = import.meta.dirname;

/** The oldest CLI that this repository's tests and guides work with: import files with `outputs` came in 3.254.0. */
export const minimumVersion: Version = [3, 254, 0];

/** The Go packages that make an engine: the CLI and its YAML language host. */
export const goPackages = [
  "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
] as const;

const goMod = readFileSync(join(engineDir, "go.mod"), "utf8");

function pinned(what: string, pattern: RegExp): string {
  const version = parseVersion(pattern.exec(goMod)?.[1] ?? "");
  if (!version) throw new Error(`engine/go.mod names no version of ${what}`);
  return formatVersion(version);
}

/** The version of the Pulumi CLI that go.mod pins, as `3.259.0`. */
export const pulumiVersion = pinned("pulumi", /pulumi\/pkg\/v3 (v\S+)/);

/** The version of the YAML language host that go.mod pins. */
export const yamlVersion = pinned("pulumi-yaml", /pulumi\/pulumi-yaml (v\S+)/);

/** The oldest Go toolchain that can build the engine, from go.mod's `go` line. */
export const goVersion = pinned("Go", /^go (\S+)/m);

function shortHash(parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 10);
}

function source(folder: string): Buffer[] {
  return readdirSync(join(engineDir, folder), { withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith(".mts"))
    .map((file) => file.name)
    .sort()
    .map((name) => readFileSync(join(engineDir, folder, name)));
}

const platform = `${process.platform}-${process.arch}`;

/** Name of the cache entry that holds the compiled Go programs: changes with go.mod and with how they are built. */
export function goEntryName(): string {
  const inputs = ["go.mod", "go.sum", "go-build.mts"].map((file) => readFileSync(join(engineDir, file)));
  return `go-${pulumiVersion}-${shortHash([platform, ...inputs])}`;
}

/**
 * Name of the cache entry that holds a complete engine: `<version>-<hash of everything it is made from>`, which is the
 * Go recipe, the code in this folder and the SDK whose protocol the language host speaks.
 */
export function engineEntryName(): string {
  const sdk = readFileSync(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  return `${pulumiVersion}-${shortHash([goEntryName(), sdk, ...source("."), ...source("nodejs-host")])}`;
}
