import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb.js";

/** A Pulumi program, as its Pulumi.yaml and the engine describe it. */
export interface Program {
  /** Folder of Pulumi.yaml. */
  readonly rootDirectory: string;
  /** Folder of the program: Pulumi.yaml's `main`, or its own folder. */
  readonly directory: string;
  /** File or folder to run, relative to the program's folder. `.` when none is named. */
  readonly entryPoint: string;
  /** Options below `runtime` in Pulumi.yaml. */
  readonly options: {
    /** Whether TypeScript sources are compiled on the fly. Default true. */
    readonly typescript: boolean;
    /** A tsconfig other than the program's own `tsconfig.json`. */
    readonly tsconfig?: string;
    /** Flags for node itself. */
    readonly nodeArgs: readonly string[];
    /** What `pulumi install` runs. Default npm. */
    readonly packageManager: string;
  };
}

/** Reads what the engine sends about a program. */
export function programOf(info: ProgramInfo | undefined): Program {
  const options = (info?.getOptions()?.toJavaScript() ?? {}) as Record<string, unknown>;
  const text = (key: string) =>
    typeof options[key] === "string" && options[key] !== "" ? options[key] : undefined;
  const tsconfig = text("tsconfig");
  const directory = info?.getProgramDirectory() || process.cwd();
  return {
    rootDirectory: info?.getRootDirectory() ?? "",
    directory,
    entryPoint: info?.getEntryPoint() || ".",
    options: {
      typescript: options.typescript !== false,
      ...(tsconfig === undefined ? {} : { tsconfig }),
      nodeArgs: splitArguments(text("nodeargs") ?? ""),
      packageManager: text("packagemanager") ?? "npm",
    },
  };
}

/** Resolves a module as the program itself would. */
export function resolveFrom(directory: string, module: string): string {
  return createRequire(join(realpathSync(directory), "index.js")).resolve(module);
}

function splitArguments(line: string): string[] {
  const words = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
