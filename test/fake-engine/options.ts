// The options of a command: `UpdateOptions` in pkg/engine/update.go and `UrnTargets` in pkg/resource/deploy, and the flags of cmd/pulumi that set
// them. Other flags fail.
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import type { EngineRun } from "../../provider/run/engine-command";
import { Unsupported } from "./events";
import { nameOf } from "./state";

const commands = ["up", "preview", "refresh", "destroy"] as const;

/** A command, and its options. */
export interface Options {
  readonly command: (typeof commands)[number];
  /** Only show the steps. */
  readonly preview: boolean;
  /** Refresh before the other steps. With `runProgram`, refresh each resource when the program registers it. */
  readonly refresh: boolean;
  /** Run the program of `destroy` for its providers and components. */
  readonly runProgram: boolean;
  readonly continueOnError: boolean;
  /** The maximum number of concurrent steps on resources in state. */
  readonly parallel: number;
  /** URNs or names of resources (also patterns such as `**::NAME`), to which the command is limited. Default: all. */
  readonly targets?: readonly string[];
  /** URNs, names or patterns of resources that the command leaves unchanged. Not with `targets`. */
  readonly excludes?: readonly string[];
  /** URNs, names or patterns of resources to replace even if the provider finds no change. Tainted resources are replaced, too. */
  readonly replaced: readonly string[];
  /** Whether deletions that the engine would run in parallel start with the newest resource. The engine's order differs between runs. */
  readonly deletesNewestFirst: boolean;
  /** Kill all processes after the program has ended, before the deletions. */
  readonly killsBeforeDeletes: boolean;
}

/** What provider processes know about their run, from the engine's command line. */
export type RunFacts = Pick<
  EngineRun,
  "isRefreshRequested" | "isPartial" | "hasExcludes" | "isProgramRunRequested" | "isDestroy" | "isPreview"
>;

export function runFactsOf(options: Options): RunFacts {
  const { command, refresh, continueOnError, targets, excludes, preview } = options;
  const runsProgram = command !== "destroy" || options.runProgram;
  return {
    isRefreshRequested: refresh || command === "refresh",
    isPartial: targets !== undefined || excludes !== undefined || (continueOnError && runsProgram),
    hasExcludes: excludes !== undefined,
    isProgramRunRequested: options.runProgram,
    isDestroy: command === "destroy",
    isPreview: preview,
  };
}

/** Whether the program runs to destroy its resources with its own providers (`destroy --run-program`). */
export function destroysProgram({ command, runProgram }: Options): boolean {
  return command === "destroy" && runProgram;
}

/** Whether each resource is refreshed when the program registers it (`--refresh --run-program`). */
export function refreshesProgram({ command, refresh, runProgram }: Options): boolean {
  return refresh && runProgram && command !== "destroy";
}

/** Whether a name or pattern matches a resource: `**` matches everything, `*` everything except colons. */
export function isAmong(names: readonly string[], urn: string): boolean {
  const toRegExp = (pattern: string) => {
    const parts = pattern.split(/(\*+)/).map((part) => {
      if (!part.startsWith("*")) return part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
      return part === "*" ? "[^:]*" : ".*";
    });
    return new RegExp(`^${parts.join("")}$`);
  };
  return names.some((name) => name === nameOf(urn) || toRegExp(name).test(urn));
}

const flags = {
  refresh: { type: "boolean", default: false },
  "continue-on-error": { type: "boolean", default: false },
  "expect-no-changes": { type: "boolean", default: false },
  "skip-preview": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  "preview-only": { type: "boolean", default: false },
  "run-program": { type: "boolean", default: false },
  parallel: { type: "string", default: "Infinity" },
  target: { type: "string", multiple: true, default: [] },
  exclude: { type: "string", multiple: true },
  "target-replace": { type: "string", multiple: true, default: [] },
} as const satisfies ParseArgsOptionsConfig;

/** Parses the flags of a command. @throws Error if this engine lacks the command or a flag */
export function parseOptions(name: string, args: string[]): Options & { readonly expectsNoChanges: boolean } {
  const command = commands.find((each) => each === name);
  if (command === undefined) throw new Unsupported(`the command ${name}`);
  const { values } = parseArgs({ args, options: flags });
  const { refresh, exclude, "run-program": runProgram, "target-replace": replaced } = values;
  if (runProgram && command === "refresh") throw new Unsupported("refresh --run-program");
  // `--target-replace` targets the resources that it replaces (cmd/pulumi/operations/up.go).
  const targets = [...values.target, ...replaced];
  return {
    ...{ command, refresh, runProgram, replaced },
    preview: command === "preview" || values["preview-only"],
    continueOnError: values["continue-on-error"],
    expectsNoChanges: values["expect-no-changes"],
    parallel: Number(values.parallel),
    ...(targets.length === 0 ? {} : { targets }),
    ...(exclude === undefined ? {} : { excludes: exclude }),
    deletesNewestFirst: false,
    killsBeforeDeletes: false,
  };
}
