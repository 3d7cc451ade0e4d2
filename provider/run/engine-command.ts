import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** The known facts about the engine's command. */
export interface EngineRun {
  /** Whether the user requested a refresh; undefined if unknown. */
  readonly isRefreshRequested: boolean | undefined;
  /**
   * Whether the command may leave resources of the program or of state out: because of its targets or exclusions, because it continues after an error, or
   * because its options are unknown.
   */
  readonly isPartial: boolean;
  /** Whether the command is known to exclude resources (`--exclude`, `--exclude-protected`). */
  readonly hasExcludes: boolean;
  /** Whether the user called the engine with `--run-program`. */
  readonly isProgramRunRequested: boolean;
  readonly isDestroy: boolean;
  /** Whether the command is known to change nothing. */
  readonly isPreview: boolean;
  /** Whether the engine may have configured the provider as in the last update: in a refresh or `destroy` that does not run the program. */
  readonly mayUseLastConfiguration: boolean;
  /** Whether the user allows deletions although the command may leave resources out. */
  readonly allowsPartialDeletes: boolean;
}

/** A run that includes all resources and is not a destroy. */
export const completeRun: EngineRun = {
  isRefreshRequested: undefined,
  isPartial: false,
  hasExcludes: false,
  isProgramRunRequested: false,
  isDestroy: false,
  isPreview: false,
  mayUseLastConfiguration: true,
  allowsPartialDeletes: false,
};

const commandNames = /^(?:up|update|preview|pre|refresh|destroy|down|dn|watch)$/;

/** Flags by their short names. */
const flags = {
  d: "debug",
  e: "emoji",
  f: "skip-preview",
  j: "json",
  Q: "fully-qualify-stack-names",
  r: "refresh",
  y: "yes",
};
/** Options with a value, by their short names. */
const valued = {
  c: "config",
  C: "cwd",
  m: "message",
  p: "parallel",
  s: "stack",
  t: "target",
  v: "verbose",
  x: "exclude",
};
/** Options with a value and without a short name. */
const longValued =
  "color config-file event-log exec-agent exec-kind output plan policy-pack policy-pack-config profiling replace save-plan " +
  "target-replace tracing";
/** The engine's options that have a short name or a value (pkg/cmd/pulumi/operations). All others are flags. */
const options: ParseArgsOptionsConfig = Object.fromEntries([
  ...Object.entries(flags).map(([short, name]) => [name, { type: "boolean", short }]),
  ...Object.entries(valued).map(([short, name]) => [name, { type: "string", short }]),
  ...longValued.split(" ").map((name) => [name, { type: "string" }]),
]);

/** Values that the engine parses as true (https://pkg.go.dev/strconv#ParseBool). */
const trueValues = /^(?:1|t|T|TRUE|true|True)$/;

/** If this variable is "true", a command that may leave resources out can delete: see {@link EngineRun.isPartial}. */
export const allowPartialDeletesVariable = "PINTEREST_ALLOW_PARTIAL_DELETES";

/**
 * Reads the facts about the engine's command, because a call of the engine does not contain its reason: from the engine's command line, the project's
 * options, and the variables from which the engine reads options, too. Reads them when the first one is used: on Windows, this starts PowerShell, and
 * processes that only return the schema or create integrations do not need them.
 */
export function readEngineRun(environment: NodeJS.ProcessEnv, platform = process.platform): EngineRun {
  let facts: EngineRun | undefined;
  return new Proxy(completeRun, {
    get(_, fact: keyof EngineRun) {
      facts ??= readFacts(environment, platform);
      return facts[fact];
    },
  });
}

function readFacts(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): EngineRun {
  const call = readEngineCall(environment, platform);
  /** The value of a boolean option. Undefined if it is not given. */
  const isGiven = (option: string, variable: string): boolean | undefined => {
    const given = call?.options.findLast(({ name }) => name === option);
    return parseBoolean(given?.value ?? environment[variable]);
  };
  const isCommand = (pattern: RegExp) => pattern.test(call?.command ?? "");
  const isLimitedBy = (kind: LimitingOption) => hasOption(kind, call?.options ?? [], environment);

  const isProgramRunRequested = isGiven("run-program", "PULUMI_OPTION_RUN_PROGRAM") ?? false;
  const isDestroy = isCommand(/^(?:destroy|down|dn)$/);
  const isRefreshRequested =
    call?.command === undefined
      ? undefined
      : isCommand(/^refresh$/) || (isGiven("refresh", "PULUMI_OPTION_REFRESH") ?? isProjectRefreshed());
  // The engine has an environment variable of its own for this option.
  const continuesOnError =
    isGiven("continue-on-error", "PULUMI_CONTINUE_ON_ERROR") ??
    parseBoolean(environment.PULUMI_OPTION_CONTINUE_ON_ERROR) ??
    false;
  // A `destroy` that does not run the program deletes all resources in state.
  const mayOmitFailed = continuesOnError && (!isDestroy || isProgramRunRequested);
  const hasExcludes = isLimitedBy("exclude");
  return {
    isRefreshRequested,
    isPartial: call === undefined || isLimitedBy("target") || hasExcludes || mayOmitFailed,
    hasExcludes,
    isProgramRunRequested,
    isDestroy,
    isPreview: isCommand(/^pre/) || isGiven("preview-only", "PULUMI_OPTION_PREVIEW_ONLY") === true,
    mayUseLastConfiguration:
      !isProgramRunRequested &&
      (!isCommand(/^(?:up|update|preview|pre|watch)$/) || isRefreshRequested === true),
    allowsPartialDeletes: environment[allowPartialDeletesVariable] === "true",
  };
}

interface GivenOption {
  readonly name: string;
  readonly value: string;
}

/** The start of the names of options that limit a command to some resources, such as `--target-replace`. */
type LimitingOption = "target" | "exclude";

/** Whether the command has an option whose name starts with `kind`: on the command line, or in a variable from which the engine reads options. */
function hasOption(
  kind: LimitingOption,
  given: readonly GivenOption[],
  environment: NodeJS.ProcessEnv,
): boolean {
  const variable = `PULUMI_OPTION_${kind.toUpperCase()}`;
  return (
    given.some(({ name, value }) => name.startsWith(kind) && value !== "false") ||
    Object.keys(environment).some((name) => name.startsWith(variable) && environment[name])
  );
}

/** The engine's command, such as "up", and its options in order. Undefined if no engine is an ancestor, for example if an engine attaches to this process. */
function readEngineCall(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform) {
  // `-r=false` is a form of pflag that Node.js does not know.
  const args = readEngineArguments(environment, platform)?.map((arg) => arg.replace(/^-r=/, "--refresh="));
  if (args === undefined) return undefined;
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const words = tokens.flatMap((token) => (token.kind === "positional" ? token.value : []));
  return {
    command: words.find((word) => commandNames.test(word)),
    options: tokens.flatMap((token) =>
      token.kind === "option" ? { name: token.name, value: token.value ?? "true" } : [],
    ),
  };
}

/** The value of a boolean as a string. Undefined if it is not set. */
function parseBoolean(value: string | undefined): boolean | undefined {
  return value === undefined || value === "" ? undefined : trueValues.test(value);
}

/** Number of ancestors that are searched for the engine. Start scripts can add shells between the engine and the provider. */
const maxAncestors = 4;

const psTimeoutMs = 2_000;
/** A first start of PowerShell can take some seconds. */
const powerShellTimeoutMs = 10_000;

function readEngineArguments(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): readonly string[] | undefined {
  try {
    const ancestors = platform === "win32" ? ancestorsOnWindows(environment) : ancestorsOnUnix(platform);
    for (const [file = "", ...args] of ancestors) {
      if (/(?:^|[\\/])pulumi(?:\.exe)?$/i.test(file)) return args;
    }
  } catch {}
  return undefined;
}

/** The command lines of the ancestors, from the parent on. @throws Error if one has ended, or the system has no `ps`. */
function* ancestorsOnUnix(platform: NodeJS.Platform): Generator<readonly string[]> {
  let pid = process.ppid;
  for (let ancestors = 0; ancestors < maxAncestors; ancestors += 1) {
    const { parent, commandLine } = processInfo(pid, platform);
    yield commandLine;
    pid = parent;
  }
}

function processInfo(
  pid: number,
  platform: NodeJS.Platform,
): { readonly parent: number; readonly commandLine: readonly string[] } {
  if (platform === "linux") {
    // The second column is the name in parentheses, which may contain spaces (proc_pid_stat(5)). After it come state and parent.
    const parent = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\) \w (\d+).*/s, "$1");
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    return { parent: Number(parent), commandLine };
  }
  const line = execFileSync("ps", ["-ww", "-o", "ppid=,args=", "-p", String(pid)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: psTimeoutMs,
  });
  const [parent, ...commandLine] = line.trim().split(/\s+/);
  return { parent: Number(parent), commandLine };
}

/** Like {@link ancestorsOnUnix}. One call of PowerShell reads all, because its start takes most of the time. */
function ancestorsOnWindows(env: NodeJS.ProcessEnv): readonly (readonly string[])[] {
  // Each line that it prints is a JSON string. Without the encoding, it prints the console's code page.
  const script = `
    [Console]::OutputEncoding = New-Object Text.UTF8Encoding $false
    $id = ${process.ppid}
    for ($ancestors = 0; $ancestors -lt ${maxAncestors}; $ancestors++) {
      $found = Get-CimInstance Win32_Process -Filter ('ProcessId=' + $id)
      if (!$found) { break }
      ConvertTo-Json -Compress ([string] $found.CommandLine)
      $id = $found.ParentProcessId
    }`;
  const lines = execFileSync("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: powerShellTimeoutMs,
    env,
    windowsHide: true,
  });
  return lines
    .trim()
    .split(/\r?\n/)
    .map((line) => splitCommandLine(JSON.parse(line) as string));
}

/**
 * Splits a command line of Windows into its arguments. A backslash is an escape only before a quote
 * (https://learn.microsoft.com/en-us/cpp/c-language/parsing-c-command-line-arguments).
 *
 * `"C:\My Apps\pulumi.exe" up -m "say \"hi\""`: `C:\My Apps\pulumi.exe`, `up`, `-m`, `say "hi"`
 */
function splitCommandLine(line: string): string[] {
  const args: string[] = [];
  let arg: string | undefined;
  let isQuoted = false;
  for (const [token, backslashes] of line.matchAll(/(\\*)"|\\+|[^\\"]/g)) {
    if (backslashes !== undefined) {
      const isEscaped = backslashes.length % 2 === 1;
      if (!isEscaped) isQuoted = !isQuoted;
      // Drops the backslashes: no fact about the command depends on them.
      arg = `${arg ?? ""}${isEscaped ? '"' : ""}`;
    } else if (!isQuoted && /\s/.test(token)) {
      if (arg !== undefined) args.push(arg);
      arg = undefined;
    } else {
      arg = `${arg ?? ""}${token}`;
    }
  }
  return arg === undefined ? args : [...args, arg];
}

/** The names of a project's file, in the engine's order (sdk/go/common/workspace/paths.go). */
const projectFiles = ["Pulumi.json", "Pulumi.yaml", "Pulumi.yml"];

/** Whether the project has the option `refresh: always`. */
function isProjectRefreshed(): boolean {
  const text = readProjectFile(process.cwd());
  // Most projects do not have the option, and need no parser.
  if (text?.includes("refresh") !== true) return false;
  const { parseDocument } = require("yaml") as typeof import("yaml");
  return parseDocument(text).toJS()?.options?.refresh === "always";
}

/** The closest project file. Undefined if there is none. The provider runs in the program's directory, which can be below the project's. */
function readProjectFile(directory: string): string | undefined {
  const path = projectFiles.map((name) => join(directory, name)).find((file) => existsSync(file));
  if (path !== undefined) return readFileSync(path, "utf8");
  const parent = dirname(directory);
  return parent === directory ? undefined : readProjectFile(parent);
}
