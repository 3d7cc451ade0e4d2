import { type FrontEnd, frontEndOf } from "../../stacks/integration-types";
import type { ExportedResource } from "../../stacks/stack";
import { UsageError } from "../command-error";
import { isNodeProject, type ProjectFile } from "../stack/project-file";
import type { ProgramLanguage } from "./language";

/** What tells which front end a program has. */
export interface FrontEndSigns {
  /** What the command line says, where it says it. */
  readonly native: boolean | undefined;
  readonly language: ProgramLanguage;
  readonly project: Pick<ProjectFile, "runtime" | "pluginPath" | "hasPackage">;
  /** What the stack has. */
  readonly resources: readonly Pick<ExportedResource, "type">[];
}

/**
 * The front end of what is to be imported: that of the language where it has but one, what the command line says, what the stack has
 * already, and where it has nothing, the plugin if the project's file names it.
 *
 * @throws UsageError where the command line wants what there is not.
 */
export function frontEndFor({ native, language, project, resources }: FrontEndSigns): FrontEnd {
  if (language === "yaml" || !isNodeProject(project)) {
    if (native !== false) return "plugin";
    throw new UsageError(
      "--no-native is for programs of Node.js, which alone can do without the provider plugin",
    );
  }
  if (native !== undefined) return native ? "plugin" : "dynamic";
  const present = new Set(resources.map(({ type }) => frontEndOf(type)));
  if (present.has("dynamic")) return "dynamic";
  const isNamed = project.pluginPath !== undefined || project.hasPackage;
  return present.has("plugin") || isNamed ? "plugin" : "dynamic";
}
