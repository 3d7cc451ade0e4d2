import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** This directory, which contains the Go module that pins the engine. */
export const engineDir = import.meta.dirname;

/** A version without its pre-release part. */
export type Version = readonly [major: number, minor: number, patch: number];

/** Parses `v3.259.0`, `3.260.0-alpha.1` or `go1.26`. */
export function parseVersion(text: string): Version | undefined {
  const match = /^\s*(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

export function isAtLeast(version: Version, minimum: Version): boolean {
  for (const [index, part] of version.entries()) {
    const other = minimum[index] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

/** `[3, 259, 0]` as `3.259.0`. */
export function formatVersion(version: Version): string {
  return version.join(".");
}

/** The oldest CLI that this repository's tests and guides support: 3.254.0 introduced import files with `outputs`. */
export const minimumVersion: Version = [3, 254, 0];

/** The Go packages of the CLI and its language hosts for YAML and Node.js. */
export const goPackages = [
  "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
  "./pulumi-language-nodejs",
] as const;

const goMod = readFileSync(join(engineDir, "go.mod"), "utf8");

function pinned(name: string, pattern: RegExp): string {
  const version = parseVersion(pattern.exec(goMod)?.[1] ?? "");
  if (!version) throw new Error(`go.mod does not contain a version of ${name}`);
  return formatVersion(version);
}

/** The version of the Pulumi CLI in go.mod, such as `3.259.0`. */
export const pulumiVersion = pinned("pulumi", /pulumi\/pkg\/v3 (v\S+)/);

/** The version of the YAML language host in go.mod. */
const yamlVersion = pinned("pulumi-yaml", /pulumi\/pulumi-yaml (v\S+)/);

/** The oldest Go version that can build the engine. */
export const goVersion = pinned("Go", /^go (\S+)/m);

const variables = [
  `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`,
  `github.com/pulumi/pulumi-yaml/pkg/version.Version=v${yamlVersion}`,
];

/** Flags of `go build`. Without the version, the CLI would consider itself a development build. */
export const goBuildFlags: readonly string[] = [
  "-trimpath",
  "-buildvcs=false",
  "-ldflags",
  ["-s", "-w", ...variables.map((variable) => `-X ${variable}`)].join(" "),
];

/** Go modules that are built with {@link sourceChanges}. `pulumi config set` and `esc` use them to rate passwords. */
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

/** The name of the engine's directory in the cache: its version, and a hash of the inputs of the build. */
export function engineEntryName(): string {
  const sdkManifest = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  const sdk = JSON.parse(readFileSync(sdkManifest, "utf8")) as { version: string };
  const sources = ["go.mod", "go.sum", "pulumi-language-nodejs/main.go"].map((file) =>
    readFileSync(join(engineDir, file), "utf8"),
  );
  const inputs = [
    ...[process.platform, process.arch, sdk.version, ...goPackages, ...goBuildFlags],
    JSON.stringify(sourceChanges),
    ...sources,
  ];
  return `${pulumiVersion}-${createHash("sha256").update(inputs.join("\0")).digest("hex").slice(0, 10)}`;
}

/** Whether Node.js was started with this module, perhaps through a symbolic link. */
export function isMain(url: string): boolean {
  const script = process.argv[1];
  return script !== undefined && realpathSync(script) === fileURLToPath(url);
}
