import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { CommandError, type Progress, type ProgressLines, run } from "./command.mts";

/** This directory, which contains the Go module that pins the engine. */
const engineDir = import.meta.dirname;

const require = createRequire(import.meta.url);

/** Loads a module of `provider` from `dist/`, which `npm ci` builds. */
export const fromPackage = (module: string): unknown => require(`../../dist/provider/${module}.js`);

export const { isOlder, oldestEngine } = fromPackage(
  "run/installation",
) as typeof import("../../provider/run/installation.ts");

/** The first version in a text, without its pre-release part: `3.276.0` in `v3.276.0-alpha.1`. */
export function versionIn(text: string): string | undefined {
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0];
}

/** The Go packages of the CLI and its language hosts for YAML and Node.js. */
const goPackages = [
  "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
  "./pulumi-language-nodejs",
] as const;

/** The version of a module in the go.mod of a directory. */
function versionOf(name: string, pattern: RegExp, directory = engineDir): string {
  const goMod = readFileSync(join(directory, "go.mod"), "utf8");
  const version = versionIn(pattern.exec(goMod)?.[1] ?? "");
  if (version === undefined) throw new Error(`go.mod does not contain a version of ${name}`);
  return version;
}

/** The version of the Pulumi CLI in go.mod, such as `3.276.0`. */
export const pulumiVersion = versionOf("pulumi", /pulumi\/pkg\/v3 (v\S+)/);

/** The oldest Go version that can build the engine. */
export const goVersion = versionOf("Go", /^go (\S+)/m);

/** Flags of `go build`. Without the versions, the CLI would consider itself a development build. */
function goBuildFlags(version: string, directory = engineDir): string[] {
  const yamlVersion = versionOf("pulumi-yaml", /pulumi\/pulumi-yaml (v\S+)/, directory);
  const variables = [
    `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
    `github.com/pulumi/pulumi-yaml/pkg/version.Version=v${yamlVersion}`,
  ];
  const linkerFlags = ["-s", "-w", ...variables.map((variable) => `-X ${variable}`)];
  return ["-trimpath", "-buildvcs=false", "-ldflags", linkerFlags.join(" ")];
}

/** Go modules that are built with {@link sourceChanges}, if the engine needs them. `pulumi config set` and `esc` use them to rate passwords. */
const changedModules: readonly string[] = ["github.com/ccojocar/zxcvbn-go", "github.com/nbutton23/zxcvbn-go"];

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

/** The name of an engine's directory in the cache: its version, and a hash of the inputs of the build. */
export function engineEntryName(version = pulumiVersion): string {
  const sdkManifest = require.resolve("@pulumi/pulumi/package.json");
  const sdk = JSON.parse(readFileSync(sdkManifest, "utf8")) as { version: string };
  const sources = ["go.mod", "go.sum", "pulumi-language-nodejs/main.go"].map((file) =>
    readFileSync(join(engineDir, file), "utf8"),
  );
  const inputs = [
    ...[process.platform, process.arch, sdk.version, ...goPackages, ...goBuildFlags(version)],
    JSON.stringify(sourceChanges),
    ...sources,
  ];
  return `${version}-${createHash("sha256").update(inputs.join("\0")).digest("hex").slice(0, 10)}`;
}

/**
 * The lines of go.mod for the dependencies of the pinned version, which can be too new for an older one. Matches `\tgocloud.dev v0.46.0 // indirect`,
 * but not the line of the YAML host.
 */
const pinnedIndirectly = /^\t(?!github\.com\/pulumi\/pulumi-yaml ).+ \/\/ indirect\n/gm;

/**
 * Builds the CLI and the language hosts from Go modules. Takes about 4 minutes on two cores and downloads about 1.4 GB of modules the first time.
 *
 * @param directory for the executables
 * @param version of the CLI. Go chooses the versions of other modules for it, if it is not the one in go.mod.
 * @throws Error with a remedy if Go is missing or too old, or with the end of Go's output if the build fails
 */
export async function buildFromGoModules(
  directory: string,
  version: string,
  progress: Progress,
): Promise<void> {
  const temporary = mkdtempSync(join(directory, "module-"));
  cpSync(engineDir, temporary, { recursive: true });
  const env = await goEnvironment();
  const go = (args: readonly string[], progress?: ProgressLines) =>
    run("go", args, { cwd: temporary, env, ...(progress && { progress }) });

  progress.phase(`Fetching the Go modules of Pulumi ${version} (about 1.4 GB the first time)`);
  let fetched = 0;
  const fetching = {
    pattern: /^go: downloading /,
    onLine: () => progress.update(`Fetched ${++fetched} Go modules`),
  };
  const isPinned = version === pulumiVersion;
  if (!isPinned) {
    const goMod = join(temporary, "go.mod");
    writeFileSync(goMod, readFileSync(goMod, "utf8").replace(pinnedIndirectly, ""));
    const modules = ["sdk", "pkg"].map((name) => `github.com/pulumi/pulumi/${name}/v3@v${version}`);
    await go(["get", ...modules], fetching);
  }
  // `go get` adds the modules of its arguments to go.mod and go.sum, and not those of all packages.
  const list = await go(["list", ...(isPinned ? [] : ["-mod=mod"]), "-deps", ...goPackages], fetching);

  const dependencies = list.trim().split("\n");
  const total = dependencies.length;
  progress.phase(`Compiling up to ${total} Go packages (several minutes the first time)`);
  for (const module of changedModules.filter((each) => dependencies.includes(each)))
    changeModule(temporary, module, (await go(["list", "-m", "-f", "{{.Dir}}", module])).trim());
  let compiled = 0;
  const compiling = {
    // With -v, Go prints the path of each package.
    pattern: /^[^\s:]+$/,
    onLine: () => progress.update(`Compiled ${++compiled} of up to ${total} Go packages`),
  };
  const output = ["-o", `${directory}${sep}`];
  await go(["build", "-v", ...goBuildFlags(version, temporary), ...output, ...goPackages], compiling);
  rmSync(temporary, { recursive: true });
}

/** Replaces a Go module with a changed copy of its source. */
function changeModule(directory: string, module: string, source: string): void {
  const copy = join(directory, "changed", module);
  mkdirSync(copy, { recursive: true });
  writeFileSync(join(copy, "go.mod"), `module ${module}\n`);
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".go")) continue;
    const text = readFileSync(join(source, file), "utf8");
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), changedSource(file.replaceAll(sep, "/"), text));
  }
  appendFileSync(join(directory, "go.mod"), `replace ${module} => ${copy}\n`);
}

/** @throws Error if the source does not contain a text that `sourceChanges` replaces */
function changedSource(file: string, text: string): string {
  return (sourceChanges[file] ?? []).reduce((changed, [old, replacement]) => {
    if (!changed.includes(old))
      throw new Error(`${file} does not contain ${JSON.stringify(old)}: update sourceChanges in build.mts`);
    return changed.replace(old, replacement);
  }, text);
}

/** The user's environment without settings that change or break the build. */
async function goEnvironment(): Promise<NodeJS.ProcessEnv> {
  const base = {
    ...process.env,
    // Not empty: then Go would read the user's settings file.
    GOFLAGS: "-mod=readonly",
    GOWORK: "off",
    GO111MODULE: "on",
    CGO_ENABLED: "0",
  };
  const go = await describeGo(base);
  return { ...base, GOOS: go.GOHOSTOS, GOARCH: go.GOHOSTARCH };
}

async function describeGo(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const remedy = `install Go ${goVersion} or newer from https://go.dev/dl/`;
  let output: string;
  try {
    const args = ["env", "-json", "GOVERSION", "GOHOSTOS", "GOHOSTARCH"];
    output = await run("go", args, { cwd: engineDir, env });
  } catch (error) {
    if (error instanceof CommandError && error.notFound) throw new Error(`Go is not installed; ${remedy}`);
    // With GOTOOLCHAIN=local or without a network, Go fails here if it is older than go.mod requires.
    throw new Error(`Go does not work; ${remedy}\n${(error as CommandError).lastLines}`);
  }
  const go = JSON.parse(output) as Record<string, string>;
  if (isOlder(versionIn(go.GOVERSION ?? "") ?? goVersion, goVersion))
    throw new Error(`${go.GOVERSION} is too old; ${remedy}`);
  return go;
}
