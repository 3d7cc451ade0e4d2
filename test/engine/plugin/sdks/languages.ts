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
import { basename, delimiter, dirname, join } from "node:path";
import { run } from "../../../../scripts/engine/command.mts";
import { userCacheDir } from "../../../../scripts/engine/ensure.mts";
import { packageNamesOf } from "../../../../scripts/schema/address.mts";
import { withPackageNames } from "../../../../scripts/schema/examples.mts";
import { go } from "../../../../scripts/sdks/generate.mts";
import { repository } from "../../helpers/engine";

/** A command of the Automation API. */
export interface Request {
  readonly command: "up" | "preview";
  /** The path of the program. */
  readonly program: string;
  /** An empty directory for the project. */
  readonly directory: string;
  /** Secret values by configuration key. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** A command line that reads a {@link Request} from standard input and writes the result to standard output. */
export type Runner = readonly [program: string, ...args: string[]];

/** Builds and installs the wheel of the Python SDK. @returns the environment variables that the programs need, and the runner */
export async function preparePython(sdk: string, programs: readonly string[]) {
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
  const typeCheck = () =>
    run(python, ["-m", "mypy", ...options, ...programs], { cwd: directory, env: environment });
  return {
    check: typeCheck,
    environment: { PYTHONPATH: packages },
    runner: [python, join(__dirname, "run_program.py")] as Runner,
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

/** Checks the programs with `go vet`, and builds a runner with all of them. */
export async function prepareGo(sdk: string, programs: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-go-"));
  const module = /^module (\S+)/m.exec(readFileSync(join(sdk, "go.mod"), "utf8"))?.[1] ?? "";
  cpSync(join(sdk, "go.sum"), join(directory, "go.sum"));
  cpSync(join(sdk, "go.mod"), join(directory, "go.mod"));
  await go(
    directory,
    "mod",
    "edit",
    "-module=programs",
    `-require=${module}@v0.0.0`,
    `-replace=${module}=${sdk}`,
  );
  const packages = programs.map((file, index) => ({ file, name: `program${index}` }));
  for (const { file, name } of packages) {
    mkdirSync(join(directory, name));
    mkdirSync(join(directory, `main-${name}`));
    const program = withPackageNames(readFileSync(file, "utf8"), packageNames);
    writeFileSync(join(directory, `main-${name}`, basename(file)), program);
    writeFileSync(join(directory, name, "program.go"), asPackage(program, name));
  }
  cpSync(join(__dirname, "run_program.go"), join(directory, "main.go"));
  const imports = packages.map(({ name }) => `\t"programs/${name}"`);
  const entries = packages.map(({ file, name }) => `\t${JSON.stringify(file)}: ${name}.Program,`);
  const pulumi = '\t"github.com/pulumi/pulumi/sdk/v3/go/pulumi"';
  writeFileSync(
    join(directory, "programs.go"),
    [
      "package main",
      "import (",
      ...imports,
      pulumi,
      ")",
      "var programs = map[string]pulumi.RunFunc{",
      ...entries,
      "}",
      "",
    ].join("\n"),
  );
  const runner = join(directory, "run-program");
  await go(directory, "build", "-mod=mod", "-trimpath", "-buildvcs=false", "-o", runner, ".");
  const vet = () => go(directory, "vet", "-trimpath", "./...");
  return { check: vet, environment: {}, runner: [runner] as Runner };
}

/** A program as a package with the variable `Program`, because the Automation API runs functions. */
function asPackage(program: string, name: string): string {
  const changed = program
    .replace("package main", `package ${name}`)
    .replace(/func main\(\) \{\n\tpulumi\.Run\((func[\s\S]*\n\t\})\)\n\}/, "var Program pulumi.RunFunc = $1");
  if (!changed.includes("Program"))
    throw new Error(`The program does not consist of one call of pulumi.Run:\n${program}`);
  return changed;
}

/** Compiles the SDK, the programs and a runner for them. */
export async function prepareJava(sdk: string, programs: readonly string[]) {
  const sources = join(sdk, "src/main/java");
  const packages = programs.map((file, index) => ({ file, name: `program${index}` }));
  for (const { file, name } of packages) {
    mkdirSync(join(sources, name));
    const program = withPackageNames(readFileSync(file, "utf8"), packageNames);
    writeFileSync(join(sources, name, "App.java"), asJavaConstant(program, name));
  }
  mkdirSync(join(sources, "runner"));
  cpSync(join(__dirname, "RunProgram.java"), join(sources, "runner/RunProgram.java"));
  const entries = packages.map(({ file, name }) => `Map.entry(${JSON.stringify(file)}, ${name}.App.PROGRAM)`);
  writeFileSync(
    join(sources, "runner/Programs.java"),
    `package runner;
import com.pulumi.Context;
import java.util.Map;
import java.util.function.Consumer;
class Programs {
    static final Map<String, Consumer<Context>> BY_PATH = Map.ofEntries(${entries.join(",\n")});
}
`,
  );
  const libraries = join(sdk, "libraries.txt");
  const goals = ["compile", "dependency:build-classpath", `-Dmdep.outputFile=${libraries}`];
  await run("mvn", ["--batch-mode", "--quiet", ...goals], { cwd: sdk });
  const classes = [join(sdk, "target/classes"), readFileSync(libraries, "utf8")].join(delimiter);
  return {
    check: async () => {},
    environment: {},
    // Short-lived processes need no optimizing compiler.
    runner: ["java", "-XX:TieredStopAtLevel=1", "-cp", classes, "runner.RunProgram"] as Runner,
  };
}

/** A program as a class with the constant `PROGRAM`, because the Automation API runs functions. */
function asJavaConstant(program: string, name: string): string {
  const changed = program
    .replace("package shops;", `package ${name};`)
    .replace(
      /public static void main\(String\[\] args\) \{\s*Pulumi\.run\((ctx -> \{[\s\S]*\n {8}\})\);\s*\}/,
      "public static final java.util.function.Consumer<com.pulumi.Context> PROGRAM = $1;",
    );
  if (!changed.includes("PROGRAM"))
    throw new Error(`The program does not consist of one call of Pulumi.run:\n${program}`);
  return changed;
}
