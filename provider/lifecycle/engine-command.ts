import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const commandNames = /^(?:up|update|preview|pre|refresh|destroy|down|watch)$/;

/** Options whose value is the next argument, and could be the name of a command. */
const optionsWithValue = /^(?:-s|--stack|-C|--cwd|-m|--message|-t|--target|--target-replace|--exclude)$/;

/** Values that the engine parses as true (https://pkg.go.dev/strconv#ParseBool). */
const trueValues = /^(?:1|t|T|TRUE|true|True)$/;

/** The engine's arguments without values that are arguments of their own. Undefined if no engine is found. */
const engineArguments = once(readEngineArguments);

/** The engine's command, such as "up". Undefined if no engine is found, or for another command. */
const engineCommand = (): string | undefined => engineArguments()?.find((arg) => commandNames.test(arg));

/**
 * Whether the user has asked the engine for a refresh. A call to read a resource does not contain its reason, so this reads the engine's
 * command line and the project's options. Undefined if no engine is found, as on Windows or if an engine attaches to the process.
 */
export const isRefreshRequested = once((): boolean | undefined => {
  const command = engineCommand();
  if (command === undefined) return undefined;
  if (command === "refresh") return true;
  return (
    isGiven(engineArguments() ?? [], /^(?:--refresh|-[a-z]*r[a-z]*)(?:=.*)?$/, "PULUMI_OPTION_REFRESH") ??
    isProjectRefreshed()
  );
});

/** Whether the user has called the engine with `--run-program`. False if no engine is found. */
export function isProgramRunRequested(): boolean {
  const args = engineArguments() ?? [];
  return isGiven(args, /^--run-program(?:=.*)?$/, "PULUMI_OPTION_RUN_PROGRAM") ?? false;
}

/** Whether the engine's command is `destroy`. False if no engine is found. */
export function isDestroy(): boolean {
  return /^(?:destroy|down)$/.test(engineCommand() ?? "");
}

/** Whether the engine's command only previews. False if no engine is found. */
export function isPreview(): boolean {
  return /^pre/.test(engineCommand() ?? "") || engineArguments()?.includes("--preview-only") === true;
}

/** If this variable is "true", a command that may leave resources out can delete: see {@link isPartialRun}. */
export const allowPartialDeletesVariable = "PINTEREST_ALLOW_PARTIAL_DELETES";

/**
 * Options that limit a command to some resources: `--target`, `--exclude=URN`, `--target-replace`, `-t` and `-yt`, but not
 * `--target-dependents=false`. The engine reads options from variables such as PULUMI_OPTION_TARGET, too.
 */
const targetOptions = /^(?:--(?:target|exclude)(?!.*=false$).*|-[a-z]*t[a-z]*(?:=.*)?)$/;
const targetVariables = /^PULUMI_OPTION_(?:TARGET|EXCLUDE)/;

/**
 * Whether the engine's command may leave resources out: because of its targets, because it continues after an error of the program's resources, or
 * because its arguments are unknown.
 */
export const isPartialRun = once((): boolean => {
  const args = engineArguments();
  if (args === undefined || args.some((arg) => targetOptions.test(arg))) return true;
  if (Object.keys(process.env).some((name) => targetVariables.test(name) && process.env[name])) return true;
  if (isDestroy() && !isProgramRunRequested()) return false;
  // The engine has an environment variable of its own for this option.
  const continues = isGiven(args, /^--continue-on-error(?:=.*)?$/, "PULUMI_CONTINUE_ON_ERROR");
  return continues ?? parseBoolean(process.env.PULUMI_OPTION_CONTINUE_ON_ERROR) ?? false;
});

/**
 * Whether the engine may have configured the provider as in the last update: in a refresh or `destroy` that does not run the program. True if no
 * engine is found.
 */
export function mayUseLastConfiguration(): boolean {
  if (isProgramRunRequested()) return false;
  return !/^(?:up|update|preview|pre|watch)$/.test(engineCommand() ?? "") || isRefreshRequested() === true;
}

/**
 * The value of a boolean option. Undefined if it is not given.
 *
 * @param variable the environment variable from which the engine reads the option, too.
 */
function isGiven(args: readonly string[], option: RegExp, variable: string): boolean | undefined {
  const arg = args.findLast((each) => option.test(each));
  const value = arg === undefined ? process.env[variable] : (arg.split("=")[1] ?? "true");
  return parseBoolean(value);
}

/** The value of a boolean as a string. Undefined if it is not set. */
function parseBoolean(value: string | undefined): boolean | undefined {
  return value === undefined || value === "" ? undefined : trueValues.test(value);
}

/** Evaluates a function at its first call. Each read of an integration asks for the engine's command. */
function once<T>(evaluate: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: evaluate() };
    return result.value;
  };
}

function readEngineArguments(): readonly string[] | undefined {
  let pid = process.ppid;
  // Start scripts can add shells between the engine and the provider.
  try {
    for (let ancestors = 0; ancestors < 4; ancestors += 1) {
      const { parent, commandLine } = processInfo(pid);
      const [file = "", ...args] = commandLine;
      if (/^pulumi(?:\.exe)?$/.test(basename(file)))
        return args.filter((_arg, index) => !optionsWithValue.test(args[index - 1] ?? ""));
      pid = parent;
    }
  } catch {}
  return undefined;
}

/** @throws Error if the process has ended, or the system has no `ps`. */
function processInfo(pid: number): { readonly parent: number; readonly commandLine: readonly string[] } {
  if (process.platform === "linux") {
    // The second column is the name in parentheses, which may contain spaces (proc_pid_stat(5)). After it come state and parent.
    const parent = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\) \w (\d+).*/s, "$1");
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    return { parent: Number(parent), commandLine };
  }
  const line = execFileSync("ps", ["-ww", "-o", "ppid=,args=", "-p", String(pid)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 2000,
  });
  const [parent, ...commandLine] = line.trim().split(/\s+/);
  return { parent: Number(parent), commandLine };
}

/** Whether the project has the option `refresh: always` (Pulumi.yaml). */
function isProjectRefreshed(): boolean {
  return ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].some((file) => {
    return existsSync(file) && /[\s{,]"?refresh"?\s*:\s*["']?always\b/.test(readFileSync(file, "utf8"));
  });
}
