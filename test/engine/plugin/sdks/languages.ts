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
import { basename, dirname, join } from "node:path";
import { run } from "../../../../scripts/engine/command.mts";
import { userCacheDir } from "../../../../scripts/engine/ensure.mts";
import { packageNamesOf } from "../../../../scripts/schema/address.mts";
import { withPackageNames } from "../../../../scripts/schema/examples.mts";
import { go } from "../../../../scripts/sdks/generate.mts";
import { repository } from "../../helpers/engine";

/** A command of the Automation API. */
export interface Request {
  readonly command: "up" | "preview" | "destroy";
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
  const python = join(await pythonEnvironment(), "bin/python");
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
  const typeCheck = () =>
    run(
      python,
      ["-m", "mypy", "--strict", "--scripts-are-modules", "--follow-imports", "silent", ...programs],
      {
        cwd: directory,
        env: environment,
      },
    );
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
