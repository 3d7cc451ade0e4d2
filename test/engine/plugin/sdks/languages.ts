import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { run } from "../../../../scripts/engine/command.mts";
import { userCacheDir } from "../../../../scripts/engine/ensure.mts";
import { packageNamesOf } from "../../../../scripts/schema/address.mts";
import { withPackageNames } from "../../../../scripts/schema/examples.mts";
import { go } from "../../../../scripts/sdks/generate.mts";
import { repository } from "../../helpers/engine";

/** A language whose SDK is tested. */
export interface Language {
  /** Environment variables of the runner. */
  readonly environment: Readonly<Record<string, string>>;
  /** A command line to which `up` or `preview` is appended. */
  readonly runner: readonly [program: string, ...args: string[]];
}

/** Builds and installs the wheel of the Python SDK, and checks the types of all programs. */
export async function preparePython(sdk: string, examples: readonly string[]): Promise<Language> {
  const virtualEnvironment = await pythonEnvironment();
  const python = join(virtualEnvironment, "bin/python");
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-python-"));
  const inside = { cwd: directory };
  await run(python, ["-m", "build", "--wheel", "--no-isolation", "--outdir", directory, sdk], inside);
  const wheel = join(directory, `pulumi_pinterest-${versionOf(sdk)}-py3-none-any.whl`);
  const packages = join(directory, "packages");
  await run(
    python,
    ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", packages, wheel],
    inside,
  );
  const environment = {
    ...process.env,
    PYTHONPATH: packages,
    MYPYPATH: packages,
    PYTHONDONTWRITEBYTECODE: "1",
  };
  // Keeps what mypy knows about Pulumi's package.
  const cache = join(virtualEnvironment, "mypy-cache");
  const options = ["--strict", "--scripts-are-modules", "--follow-imports", "silent", "--cache-dir", cache];
  const programs = [join(__dirname, "partner_token.py"), ...examples];
  await run(python, ["-m", "mypy", ...options, ...programs], { cwd: directory, env: environment });
  return {
    environment: { PYTHONPATH: packages },
    runner: [python, join(__dirname, "run_program.py")],
  };
}

function versionOf(sdk: string): string {
  return /version = "(.+)"/.exec(readFileSync(join(sdk, "pyproject.toml"), "utf8"))?.[1] ?? "";
}

/** A virtual environment with the packages of requirements.txt, in the user's cache. */
async function pythonEnvironment(): Promise<string> {
  const requirements = join(__dirname, "requirements.txt");
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 10);
  const environment = join(userCacheDir(), `pulumi-pinterest/python-${hash}`);
  if (existsSync(environment)) return environment;
  mkdirSync(dirname(environment), { recursive: true });
  const partial = mkdtempSync(`${environment}-`);
  await run("python3", ["-m", "venv", partial]);
  await run(join(partial, "bin/python"), ["-m", "pip", "install", "--quiet", "--requirement", requirements]);
  try {
    renameSync(partial, environment);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(environment)) throw error;
    rmSync(partial, { recursive: true });
  }
  return environment;
}

const packageNames = packageNamesOf(JSON.parse(readFileSync(join(repository, "package.json"), "utf8")));

/** Builds the runner, and compiles the examples. */
export async function prepareGo(sdk: string, examples: readonly string[]): Promise<Language> {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-go-"));
  const module = /^module (\S+)/m.exec(readFileSync(join(sdk, "go.mod"), "utf8"))?.[1] ?? "";
  // With the versions of the engine, Go has already compiled most packages.
  for (const file of ["go.sum", "go.mod"])
    cpSync(join(repository, "scripts/engine", file), join(directory, file));
  await go(
    directory,
    "mod",
    "edit",
    "-module=programs",
    `-require=${module}@v0.0.0`,
    `-replace=${module}=${sdk}`,
  );
  cpSync(join(__dirname, "run_program.go"), join(directory, "main.go"));
  copyProgram(join(__dirname, "partner_token.go"), join(directory, "program.go"));
  for (const [index, file] of examples.entries())
    copyProgram(file, join(directory, `examples/example${index}.go`), (text) =>
      text.replace("package main", "package examples").replace("func main()", `func example${index}()`),
    );
  const runner = join(directory, "run-program");
  const flags = ["-mod=mod", "-trimpath", "-buildvcs=false"];
  await go(directory, "build", ...flags, "-o", runner, ".");
  // The examples are another package, because Go compiles the runner each time: it contains the path of the SDK.
  await go(directory, "build", ...flags, "./examples");
  return { environment: {}, runner: [runner] };
}

/** Copies a program with the names of the generated packages. */
function copyProgram(from: string, to: string, change = (text: string) => text): void {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, change(withPackageNames(readFileSync(from, "utf8"), packageNames)));
}

/** Short-lived processes need no optimizing compiler. */
const javaOptions = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/** Compiles the SDK, all programs and the runner. */
export async function prepareJava(sdk: string, examples: readonly string[]): Promise<Language> {
  const sources = join(sdk, "src/main/java");
  for (const name of ["RunProgram.java", "PartnerToken.java"])
    copyProgram(join(__dirname, name), join(sources, "runner", name));
  for (const [index, file] of examples.entries()) {
    const name = `example${index}`;
    copyProgram(file, join(sources, name, "App.java"), (text) =>
      text.replace("package shops;", `package ${name};`),
    );
  }
  const libraries = join(sdk, "libraries.txt");
  const goals = ["compile", "dependency:build-classpath", `-Dmdep.outputFile=${libraries}`];
  const env = { ...process.env, MAVEN_OPTS: javaOptions.join(" ") };
  await run("mvn", ["--batch-mode", "--quiet", ...goals], { cwd: sdk, env });
  const classes = [join(sdk, "target/classes"), readFileSync(libraries, "utf8")].join(delimiter);
  return {
    environment: {},
    runner: ["java", ...javaOptions, "-cp", classes, "runner.RunProgram"],
  };
}
