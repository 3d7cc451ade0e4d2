import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

/** What commands need to know of a project's Pulumi.yaml. */
export interface ProjectFile {
  /** Undefined where there is no project. */
  readonly name?: string;
  /** What runs its programs: `nodejs`, `yaml`, …; undefined where there is no project. */
  readonly runtime?: string;
  /** Where it says that the provider plugin is, as it says it. */
  readonly pluginPath?: string;
  /** Whether it has the plugin's package from elsewhere, by `pulumi package add`. */
  readonly hasPackage: boolean;
  /** The names that a program of YAML in it has given already. */
  readonly names: readonly string[];
  /** The sections of a program in YAML that it has already. */
  readonly sections: readonly string[];
}

const programSections = ["config", "configuration", "variables", "resources"];

type Section = Readonly<Record<string, unknown>>;

/** The runtimes that have the dynamic front end. */
const nodeRuntimes: ReadonlySet<string> = new Set(["nodejs", "bun"]);

/** Whether programs of a project can be written for Node.js. Where there is no project, anything can still become of it. */
export function isNodeProject({ runtime }: Pick<ProjectFile, "runtime">): boolean {
  return runtime === undefined || nodeRuntimes.has(runtime);
}

/** Reads the project's file as Pulumi's Automation API does; what cannot be read is no project. No engine is needed. */
export async function readProjectFile(cwd: string): Promise<ProjectFile> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  try {
    const noEngine = { command: "", version: null } as unknown as PulumiCommand;
    const workspace = await LocalWorkspace.create({ workDir: cwd, pulumiCommand: noEngine });
    return projectFileOf((await workspace.projectSettings()) as unknown as Section);
  } catch {
    return { hasPackage: false, names: [], sections: [] };
  }
}

function projectFileOf(settings: Section): ProjectFile {
  const { name, runtime } = settings;
  const language = typeof runtime === "string" ? runtime : section(runtime).name;
  const { providers } = section(settings.plugins);
  const plugin = (Array.isArray(providers) ? providers : []).map(section).find(isPinterest);
  return {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof language === "string" ? { runtime: language } : {}),
    ...(typeof plugin?.path === "string" ? { pluginPath: plugin.path } : {}),
    hasPackage: "pinterest" in section(settings.packages),
    names: programSections.flatMap((key) => Object.keys(section(settings[key]))),
    sections: programSections.filter((key) => key in settings),
  };
}

function isPinterest({ name }: Section): boolean {
  return name === "pinterest";
}

function section(value: unknown): Section {
  return typeof value === "object" && value !== null ? (value as Section) : {};
}
