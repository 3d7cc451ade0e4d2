import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { UsageError } from "../command-error";
import { isNodeProject, type ProjectFile } from "../stack/project-file";
import { type ExportedResource, type ProviderType, providerTypeOf } from "../stack/state";

/** The language of the program that an import writes. */
export type ProgramLanguage = ScriptLanguage | "yaml";

/** The languages of Node.js programs. */
export type ScriptLanguage = "typescript" | "commonjs" | "esm";

const languages: ReadonlyMap<string, ProgramLanguage> = new Map([
  [".ts", "typescript"],
  [".mts", "typescript"],
  [".cts", "typescript"],
  [".js", "commonjs"],
  [".cjs", "commonjs"],
  [".mjs", "esm"],
  [".yaml", "yaml"],
  [".yml", "yaml"],
]);

/**
 * The language of a program file. The project's package.json decides for `.js`.
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
  return extension === ".js" && isModuleProject(directory) ? "esm" : language;
}

/** The line with which the project's program imports another file; undefined for YAML, which has no such line. */
export function importLine(directory: string, program: string): string | undefined {
  const language = languageOf(directory, program);
  if (language === "yaml") return undefined;
  const path = /^\.{0,2}\//.test(program) ? program : `./${program}`;
  if (language === "commonjs") return `require(${JSON.stringify(path)});`;
  const typescript = /\.([cm]?)ts$/i.exec(path);
  if (typescript === null) return `import ${JSON.stringify(path)};`;
  const [ending, letter = ""] = typescript;
  const stem = path.slice(0, -ending.length);
  return `import ${JSON.stringify(letter !== "" || isModuleProject(directory) ? `${stem}.${letter}js` : stem)};`;
}

function isModuleProject(directory: string): boolean {
  try {
    const description = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
      type?: unknown;
    };
    return description.type === "module";
  } catch {
    return false;
  }
}

/** What decides the provider type of a program. */
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
