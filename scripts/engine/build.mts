import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { CommandError, type Progress, run } from "./command.mts";
import {
  changedModules,
  engineDir,
  goBuildFlags,
  goPackages,
  goVersion,
  isAtLeast,
  parseVersion,
  pulumiVersion,
  sourceChanges,
} from "./recipe.mts";

/**
 * Builds the CLI and the language hosts from Go modules. Takes about 4 minutes on two cores and downloads about 1.4 GB of modules the first time.
 *
 * @throws Error with a remedy if Go is missing or too old, or with the end of Go's output if the build fails
 */
export async function buildFromGoModules(directory: string, progress: Progress): Promise<void> {
  const env = await goEnvironment();
  const go = (args: readonly string[], onErrorLine?: (line: string) => void) =>
    run("go", args, { cwd: engineDir, env, ...(onErrorLine && { onErrorLine }) });

  progress.phase(`Fetching the Go modules of Pulumi ${pulumiVersion} (about 1.4 GB the first time)`);
  let fetched = 0;
  const dependencies = await go(["list", "-deps", ...goPackages], (line) => {
    if (line.startsWith("go: downloading ")) progress.update(`Fetched ${++fetched} Go modules`);
  });

  const total = dependencies.trim().split("\n").length;
  progress.phase(`Compiling up to ${total} Go packages (several minutes the first time)`);
  const changed = mkdtempSync(join(directory, "changed-"));
  const modFile = await changeModules(changed, (module) => go(["list", "-m", "-f", "{{.Dir}}", module]));
  let compiled = 0;
  await go(
    ["build", "-v", `-modfile=${modFile}`, ...goBuildFlags, "-o", `${directory}${sep}`, ...goPackages],
    () => progress.update(`Compiled ${++compiled} of up to ${total} Go packages`),
  );
  rmSync(changed, { recursive: true });
}

/** Writes changed copies of the modules of `changedModules`. @returns the path of a go.mod that replaces these modules. */
async function changeModules(
  directory: string,
  findModule: (module: string) => Promise<string>,
): Promise<string> {
  const modFile = join(directory, "go.mod");
  for (const file of ["go.mod", "go.sum"]) copyFileSync(join(engineDir, file), join(directory, file));
  for (const module of changedModules) {
    const source = (await findModule(module)).trim();
    const copy = join(directory, module);
    mkdirSync(copy, { recursive: true });
    writeFileSync(join(copy, "go.mod"), `module ${module}\n`);
    for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".go")) continue;
      const text = readFileSync(join(source, file), "utf8");
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), changedSource(file.replaceAll(sep, "/"), text));
    }
    appendFileSync(modFile, `replace ${module} => ${copy}\n`);
  }
  return modFile;
}

/** @throws Error if the source does not contain a text that `sourceChanges` replaces */
function changedSource(file: string, text: string): string {
  return (sourceChanges[file] ?? []).reduce((changed, [old, replacement]) => {
    if (!changed.includes(old))
      throw new Error(`${file} does not contain ${JSON.stringify(old)}: update sourceChanges in recipe.mts`);
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
    const reason = error instanceof CommandError ? error.lastLines.join("\n") : error;
    throw new Error(`Go does not work; ${remedy}\n${reason}`);
  }
  const go = JSON.parse(output) as Record<string, string>;
  const version = parseVersion(go.GOVERSION ?? "");
  const needed = parseVersion(goVersion);
  if (version && needed && !isAtLeast(version, needed))
    throw new Error(`${go.GOVERSION} is too old; ${remedy}`);
  return go;
}
