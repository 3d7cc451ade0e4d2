import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { ifPossible } from "../provider/base/files";

/** The parts of a project's Pulumi.yaml that commands need. */
export interface ProjectFile {
  /** Undefined without a project. */
  readonly name?: string;
  /** The directory in which the engine runs its programs and starts the provider; undefined without a project. */
  readonly programDirectory?: string;
  /** The path of the file that the engine runs, for Node.js; undefined if it is missing, or compiled from another file. */
  readonly entry?: string;
  /** The runtime of its programs: `nodejs`, `yaml`, …; undefined without a project. */
  readonly runtime?: string;
  /** The path of the plugin that it names. */
  readonly pluginPath?: string;
  /** Whether it has the plugin's package from another source, added with `pulumi package add`. */
  readonly hasPackage: boolean;
  /** Names that its YAML program uses already. */
  readonly names: readonly string[];
  /** Sections that its YAML program has already. */
  readonly sections: readonly string[];
}

const programSections = ["config", "configuration", "variables", "resources"];

type Section = Readonly<Record<string, unknown>>;

/** The runtimes that support the dynamic provider. */
const nodeRuntimes: ReadonlySet<string> = new Set(["nodejs", "bun"]);

/** Whether the project's programs run on Node.js. True without a project. */
export function isNodeProject({ runtime }: Pick<ProjectFile, "runtime">): boolean {
  return runtime === undefined || nodeRuntimes.has(runtime);
}

/** Reads Pulumi.yaml as Pulumi's Automation API does, without the engine. An unreadable file counts as missing. */
export async function readProjectFile(cwd: string): Promise<ProjectFile> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  try {
    const noEngine = { command: "", version: null } as unknown as PulumiCommand;
    const workspace = await LocalWorkspace.create({ workDir: cwd, pulumiCommand: noEngine });
    return projectFileOf((await workspace.projectSettings()) as unknown as Section, cwd);
  } catch {
    return { hasPackage: false, names: [], sections: [] };
  }
}

function projectFileOf(settings: Section, cwd: string): ProjectFile {
  const { name, runtime, main } = settings;
  const program = resolve(cwd, typeof main === "string" ? main : ".");
  const language = typeof runtime === "string" ? runtime : section(runtime).name;
  const { providers } = section(settings.plugins);
  const plugins = (Array.isArray(providers) ? providers : []).map(section);
  const path = plugins.find((plugin) => plugin.name === "pinterest")?.path;
  const entry = nodeRuntimes.has(String(language)) ? entryOf(cwd, program) : undefined;
  return {
    ...(typeof name === "string" ? { name } : {}),
    programDirectory: extname(program) === "" ? program : dirname(program),
    ...(entry === undefined ? {} : { entry }),
    ...(typeof language === "string" ? { runtime: language } : {}),
    ...(typeof path === "string" ? { pluginPath: path } : {}),
    hasPackage: "pinterest" in section(settings.packages),
    names: programSections.flatMap((key) => Object.keys(section(settings[key]))),
    sections: programSections.filter((key) => key in settings),
  };
}

/** Finds the file as `@pulumi/pulumi` does. A JavaScript file next to a `tsconfig.json` counts as compiled. */
function entryOf(cwd: string, program: string): string | undefined {
  const { main: packageMain } = packageIn(program) ?? {};
  const named = typeof packageMain === "string" ? [resolve(program, packageMain)] : [];
  const indexes = ["index.js", "index.mjs", "index.ts", "index.mts"].map((name) => join(program, name));
  const entry = [program, ...named, ...indexes].find((path) =>
    statSync(path, { throwIfNoEntry: false })?.isFile(),
  );
  const isCompiled = /js$/.test(entry ?? "") && existsSync(join(cwd, "tsconfig.json"));
  return isCompiled ? undefined : entry;
}

/** The content of the `package.json` in a directory. An unreadable file counts as missing. */
function packageIn(directory: string): Section | undefined {
  return ifPossible(() => section(JSON.parse(readFileSync(join(directory, "package.json"), "utf8"))));
}

/** Whether Node.js loads a file as an ES module. */
export function isModule(file: string): boolean {
  const [, letter] = /\.([cm])[jt]s$/i.exec(file) ?? [];
  return letter === undefined ? isInModulePackage(dirname(file)) : letter.toLowerCase() === "m";
}

function isInModulePackage(directory: string): boolean {
  const content = packageIn(directory);
  if (content !== undefined) return content.type === "module";
  return dirname(directory) !== directory && isInModulePackage(dirname(directory));
}

function section(value: unknown): Section {
  return typeof value === "object" && value !== null ? (value as Section) : {};
}
