import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join, parse, relative, resolve, sep } from "node:path";
import { ifPossible, replaceFiles } from "../../provider/base/files";
import { firstOf } from "../../provider/base/message-text";
import { counted, joinWithAnd } from "../../provider/base/words";
import { CommandError, UsageError } from "../../stack/command-error";
import { isModule, isNodeProject, type ProjectFile } from "../../stack/project-file";
import { type ExportedResource, type ProviderType, providerTypeOf } from "../../stack/state";
import { problemWithFile } from "../options";
import type { ImportOptions } from "./selection";

const defaultFile = "pinterest-import.json";

interface OutputPath {
  readonly path: string;
  /** The path as the user gave it, or the default name, for messages. */
  readonly shown: string;
}

export type OutputPaths = Readonly<Record<"import" | "program" | "secrets", OutputPath>>;

/**
 * The files to write. Paths are relative to the project's directory. If the default name exists, a file gets the next free name: the
 * program of an earlier import is in use, and an earlier import file may still be needed. With `--overwrite`, only programs in use keep
 * their names.
 *
 * @param managed names of the resources that the stack manages.
 * @throws UsageError if two files have the same path, or if the program has the path of Pulumi.yaml.
 */
export function outputPathsOf(
  { cwd, file, program, overwrite = false }: Pick<ImportOptions, "cwd" | "file" | "program" | "overwrite">,
  managed: readonly string[],
  project: Pick<ProjectFile, "runtime" | "entry">,
): OutputPaths {
  const { entry = join(cwd, "index.ts") } = project;
  // Next to the file that the engine runs, in its language.
  const defaultProgram = isNodeProject(project)
    ? join(relative(cwd, dirname(entry)), `pinterest-integrations${extname(entry)}`)
    : "pinterest-integrations.yaml";
  const pathOf = (shown: string): OutputPath => ({ shown, path: resolve(cwd, shown) });
  const named = [file, program].flatMap((shown) => (shown === undefined ? [] : pathOf(shown).path));
  const isFree = (shown: string) =>
    !named.includes(pathOf(shown).path) && (overwrite || !existsSync(pathOf(shown).path));
  const fileName = file ?? freeName(defaultFile, (shown) => isFree(shown) && isFree(secretsFileOf(shown)));
  const programName =
    program ??
    freeName(defaultProgram, (shown) => isFree(shown) && declaredIn(pathOf(shown), managed).length === 0);
  const paths = {
    import: pathOf(fileName),
    program: pathOf(programName),
    secrets: pathOf(secretsFileOf(fileName)),
  };
  if (new Set(Object.values(paths).map(({ path }) => path)).size < 3) {
    throw new UsageError(
      `--file and --program must be different files: both would write ${paths.program.shown}`,
    );
  }
  if (/^Pulumi\.(ya?ml|json)$/i.test(basename(programName))) {
    throw new UsageError(
      `--program must not be ${programName}, the project file: write another file, and copy its sections into ${programName}`,
    );
  }
  return paths;
}

/** The file of partner secrets, in the directory of the import file. */
function secretsFileOf(file: string): string {
  const { dir, name } = parse(file);
  return join(dir, `${name}-secrets.json`);
}

/** The first free path of `a.ts`, `a-2.ts`, `a-3.ts`, … */
function freeName(first: string, isFree: (shown: string) => boolean): string {
  const { dir, name, ext } = parse(first);
  let shown = first;
  for (let number = 2; !isFree(shown); number++) shown = join(dir, `${name}-${number}${ext}`);
  return shown;
}

/**
 * Checks the paths before any request is sent.
 *
 * @throws CommandError if a file cannot be written there, or exists and may not be replaced.
 */
export function assertWritable(paths: OutputPaths, overwrite = false): void {
  const all = Object.values(paths);
  for (const { path, shown } of all) {
    const problem = problemWithFile(path);
    if (problem !== undefined) throw new CommandError(`${shown} cannot be written: ${problem}`);
  }
  const present = overwrite ? [] : all.filter(({ path }) => existsSync(path));
  if (present.length > 0) {
    throw new CommandError(
      `${joinWithAnd(present.map(({ shown }) => shown))} already ${present.length === 1 ? "exists" : "exist"}. Nothing was written. ` +
        "Give other names with --file and --program, or replace existing files with --overwrite.",
    );
  }
}

/**
 * Protects the declarations of managed integrations: if they were replaced, the next update would delete the integrations.
 *
 * @param managed names of the resources that the stack manages.
 * @throws CommandError if the file declares one of them.
 */
export function assertNotInUse(program: OutputPath, managed: readonly string[]): void {
  const declared = declaredIn(program, managed);
  if (declared.length > 0) {
    throw new CommandError(
      `${program.shown} declares ${counted(declared.length, "integration")} that the stack manages (${firstOf(declared, 3)}). It was not ` +
        "replaced, because the next `pulumi up` would delete them at Pinterest. Give another name with --program.",
    );
  }
}

/** The resource names that a program contains. */
function declaredIn({ path }: OutputPath, names: readonly string[]): string[] {
  if (names.length === 0 || !existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  return names.filter((name) => text.includes(JSON.stringify(name)));
}

/**
 * Writes all files, or none if one cannot be written. Only their owner may read secret ones.
 *
 * @throws CommandError with the error of the file system.
 */
export function writeFiles(files: readonly (OutputPath & { text: string; secret: boolean })[]): void {
  try {
    replaceFiles(files.map(({ path, text, secret }) => ({ path, text, ...(secret ? { mode: 0o600 } : {}) })));
  } catch (error) {
    throw new CommandError(`cannot write the files: ${(error as Error).message}`);
  }
}

/** The language of the program that an import writes. */
export type ProgramLanguage = ScriptLanguage | "yaml";

export type ScriptLanguage = "typescript" | "commonjs" | "esm";

const languages: ReadonlyMap<string, ProgramLanguage> = new Map([
  [".ts", "typescript"],
  [".mts", "typescript"],
  [".js", "commonjs"],
  [".cjs", "commonjs"],
  [".mjs", "esm"],
  [".yaml", "yaml"],
  [".yml", "yaml"],
]);

/**
 * The language of a program file. Its package.json decides for `.js`.
 *
 * @param directory the project's directory.
 * @throws UsageError for an unknown extension.
 */
export function languageOf(directory: string, program: string): ProgramLanguage {
  const extension = extname(program).toLowerCase();
  const language = languages.get(extension);
  if (language === undefined) {
    throw new UsageError(
      `unknown language: the name in --program must end in ${[...languages.keys()].join(", ")}, but is ${program}. ` +
        "For other languages, use `pulumi import`, which generates code.",
    );
  }
  return extension === ".js" && isModule(resolve(directory, program)) ? "esm" : language;
}

/**
 * The line with which the project's program imports another file; undefined for YAML, which has no such line.
 *
 * @param entry the file to add the line to. Default: a file in `directory`, in the language of the other file.
 */
export function importLine(directory: string, program: string, entry?: string): string | undefined {
  if (languageOf(directory, program) === "yaml") return undefined;
  const path = resolve(directory, program);
  const importer = entry ?? resolve(directory, `index${extname(program)}`);
  const specifier = JSON.stringify(specifierOf(path, importer));
  const isScript = /\.c?js$/i.test(importer) && !isModule(importer);
  return isScript ? `require(${specifier});` : `import ${specifier};`;
}

/** The relative specifier of a file: `./shops`, `../shops.js`, … */
function specifierOf(path: string, importer: string): string {
  const below = relative(dirname(importer), path).replaceAll(sep, "/");
  const specifier = below.startsWith("../") ? below : `./${below}`;
  // `ts-node` and `tsx` find the source of a compiled file, which the compiler requires. Node.js itself needs the source's name.
  if (isModule(importer) && hasLoader(dirname(importer))) return specifier.replace(/\.(m?)ts$/i, ".$1js");
  return isModule(importer) ? specifier : specifier.replace(/\.ts$/i, "");
}

/** Whether a package that compiles TypeScript while Node.js loads it is installed. The one in `@pulumi/pulumi` cannot load ES modules. */
function hasLoader(directory: string): boolean {
  const { resolve: find } = createRequire(join(directory, "index.js"));
  return ["ts-node/esm", "tsx"].some((name) => ifPossible(() => find(name)) !== undefined);
}

/** The facts that determine the provider type of a program. */
interface ProviderTypeHints {
  /** `--native` or `--no-native`. */
  readonly native: boolean | undefined;
  readonly language: ProgramLanguage;
  readonly project: Pick<ProjectFile, "runtime" | "pluginPath" | "hasPackage">;
  /** The stack's resources. */
  readonly resources: readonly Pick<ExportedResource, "type">[];
}

/**
 * The provider type of the resources to import: the only one of the language, else that of the command line, else that of the stack's
 * integrations, else the plugin if Pulumi.yaml names it.
 *
 * @throws UsageError for `--no-native` and a program that needs the plugin.
 */
export function providerTypeFor({ native, language, project, resources }: ProviderTypeHints): ProviderType {
  if (language === "yaml" || !isNodeProject(project)) {
    if (native !== false) return "plugin";
    throw new UsageError("--no-native requires a Node.js program: other languages need the provider plugin");
  }
  if (native !== undefined) return native ? "plugin" : "dynamic";
  const present = new Set(resources.map(({ type }) => providerTypeOf(type)));
  if (present.has("dynamic")) return "dynamic";
  const isNamed = project.pluginPath !== undefined || project.hasPackage;
  return present.has("plugin") || isNamed ? "plugin" : "dynamic";
}
