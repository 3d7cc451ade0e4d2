import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { formatVersion, parseVersion, type Version } from "./version.mts";

/** This folder: the Go module that pins the engine lives here. */
export const engineDir = import.meta.dirname;

/** The oldest CLI that this repository's tests and guides work with: import files with `outputs` came in 3.254.0. */
export const minimumVersion: Version = [3, 254, 0];

/** The Go packages of an engine: the CLI, and its language hosts for YAML and Node.js. */
export const goPackages = [
  "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
  "./pulumi-language-nodejs",
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

const stamps = [
  `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`,
  `github.com/pulumi/pulumi-yaml/pkg/version.Version=v${yamlVersion}`,
];

/** Flags of `go build`. Without the stamped version the CLI would take itself for a development build. */
export const goBuildFlags: readonly string[] = [
  "-trimpath",
  "-buildvcs=false",
  "-ldflags",
  ["-s", "-w", ...stamps.map((stamp) => `-X ${stamp}`)].join(" "),
];

/** Go modules that are built with {@link sourceChanges}: `pulumi config set` and `esc` use them to rate passwords. */
export const changedModules: readonly string[] = [
  "github.com/ccojocar/zxcvbn-go",
  "github.com/nbutton23/zxcvbn-go",
];

/**
 * For each changed file, the old text and the new one. Both modules parse their word lists whenever `pulumi` starts, which takes 0.1 s, half
 * of the time of `pulumi version`. With these changes they do so at their first use.
 */
export const sourceChanges: Readonly<Record<string, readonly (readonly [old: string, changed: string])[]>> = {
  "frequency/frequency.go": [["func init() {", "func Load() {"]],
  "matching/matching.go": [
    ["func init() {\n\tloadFrequencyList()\n}", ""],
    ["func loadFrequencyList() {", "func loadFrequencyList() {\n\tfrequency.Load()"],
  ],
};

/** Name of the cache entry that holds the engine: the version, and a hash of everything that the engine is made from. */
export function engineEntryName(): string {
  const sdkManifest = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  const sdk = JSON.parse(readFileSync(sdkManifest, "utf8")) as { version: string };
  const sources = ["go.mod", "go.sum", "pulumi-language-nodejs/main.go"].map((file) =>
    readFileSync(join(engineDir, file), "utf8"),
  );
  const parts = [
    process.platform,
    process.arch,
    sdk.version,
    ...goPackages,
    ...goBuildFlags,
    JSON.stringify(sourceChanges),
    ...sources,
  ];
  return `${pulumiVersion}-${createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 10)}`;
}
