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
import { CommandError, run } from "./command.mts";
import type { Progress } from "./progress.mts";
import {
  changedModules,
  engineDir,
  goBuildFlags,
  goPackages,
  goVersion,
  pulumiVersion,
  sourceChanges,
} from "./recipe.mts";
import { isAtLeast, parseVersion } from "./version.mts";

/**
 * Builds the CLI and the language hosts from Go modules into `folder`.
 * Takes about 4 minutes on two cores the first time, and fetches about 1.4 GB of modules.
 * @throws with what to do when Go is missing or too old, or with the end of Go's output when the build fails.
 */
export async function buildFromGoModules(folder: string, progress: Progress): Promise<void> {
  const env = await goEnvironment();

  progress.phase(`Fetching the Go modules of Pulumi ${pulumiVersion} (about 1.4 GB the first time)`);
  let fetched = 0;
  const dependencies = await run("go", ["list", "-deps", ...goPackages], {
    cwd: engineDir,
    env,
    onErrorLine(line) {
      if (line.startsWith("go: downloading ")) progress.update(`Fetched ${++fetched} Go modules`);
    },
  });

  const total = dependencies.trim().split("\n").length;
  progress.phase(`Compiling up to ${total} Go packages (several minutes the first time)`);
  let compiled = 0;
  const changed = mkdtempSync(join(folder, "changed-"));
  const modFile = await changeModules(changed, env);
  await run(
    "go",
    ["build", "-v", `-modfile=${modFile}`, ...goBuildFlags, "-o", `${folder}${sep}`, ...goPackages],
    {
      cwd: engineDir,
      env,
      onErrorLine() {
        progress.update(`Compiled ${++compiled} of up to ${total} Go packages`);
      },
    },
  );
  rmSync(changed, { recursive: true });
}

/** Writes changed copies of the modules of `sourceChanges`. @returns the path of a go.mod that replaces these modules. */
async function changeModules(folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const modFile = join(folder, "go.mod");
  for (const file of ["go.mod", "go.sum"]) copyFileSync(join(engineDir, file), join(folder, file));
  for (const module of changedModules) {
    const source = (
      await run("go", ["list", "-m", "-f", "{{.Dir}}", module], { cwd: engineDir, env })
    ).trim();
    const copy = join(folder, module);
    mkdirSync(copy, { recursive: true });
    writeFileSync(join(copy, "go.mod"), `module ${module}\n`);
    for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".go")) continue;
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(
        join(copy, file),
        changedSource(file.replaceAll(sep, "/"), readFileSync(join(source, file), "utf8")),
      );
    }
    appendFileSync(modFile, `replace ${module} => ${copy}\n`);
  }
  return modFile;
}

/** @throws Error if the source is not the one that `sourceChanges` is made for. */
function changedSource(file: string, text: string): string {
  return (sourceChanges[file] ?? []).reduce((changed, [old, replacement]) => {
    if (!changed.includes(old))
      throw new Error(`${file} does not contain ${JSON.stringify(old)}: adapt recipe.mts`);
    return changed.replace(old, replacement);
  }, text);
}

/**
 * The environment for every call of Go: the user's, less what would change or break the build. GOFLAGS is set rather
 * than emptied, because Go falls back to the user's settings file where the variable is empty.
 */
async function goEnvironment(): Promise<NodeJS.ProcessEnv> {
  const base = {
    ...process.env,
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
  let answer: string;
  try {
    answer = await run("go", ["env", "-json", "GOVERSION", "GOHOSTOS", "GOHOSTARCH"], {
      cwd: engineDir,
      env,
    });
  } catch (error) {
    if (error instanceof CommandError && error.notFound) throw new Error(`Go is not installed; ${remedy}`);
    // With GOTOOLCHAIN=local, or offline, a toolchain older than go.mod wants refuses here already.
    const said = error instanceof CommandError ? error.lastLines.join("\n") : error;
    throw new Error(`Go does not work here; ${remedy}\n${said}`);
  }
  const go = JSON.parse(answer) as Record<string, string>;
  const version = parseVersion(go.GOVERSION ?? "");
  const needed = parseVersion(goVersion);
  if (version && needed && !isAtLeast(version, needed))
    throw new Error(`${go.GOVERSION} is too old; ${remedy}`);
  return go;
}
