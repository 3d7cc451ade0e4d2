import { type ChildProcess, spawn } from "node:child_process";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import { type Program, programOf, resolveFrom } from "./program.mts";

/** The exit code by which the SDK says that the error has been shown already (its cmd/run/index.js). */
const alreadyReported = 32;

/** How a program ended: without an error, with one, or with one that the user has already seen. */
export interface RunOutcome {
  readonly error: string;
  readonly bail: boolean;
}

/**
 * Runs a program under the SDK's own runner, with the `node` on PATH: the one users get too.
 * @param started gets the process, so that it can be ended.
 */
export async function runProgram(
  request: RunRequest,
  engineAddress: string,
  started: (child: ChildProcess) => void,
): Promise<RunOutcome> {
  const program = programOf(request.getInfo());
  let runner: string;
  try {
    runner = resolveFrom(program.directory, "@pulumi/pulumi/cmd/run");
  } catch {
    const error = `The Pulumi SDK is not installed in ${program.directory}. Have you run \`${program.options.packageManager} install\`?`;
    return { error, bail: false };
  }
  const child = spawn(
    "node",
    [...program.options.nodeArgs, runner, ...runnerArguments(request, program, engineAddress)],
    {
      cwd: program.directory,
      env: { ...process.env, ...runnerEnvironment(request, program) },
      // The engine shows what the host prints, so the program writes straight into the host's own pipes.
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  started(child);
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve({ error: `could not start node: ${error.message}`, bail: false }));
    child.once("exit", (code, signal) => resolve(outcomeOf(code, signal)));
  });
}

function outcomeOf(code: number | null, signal: NodeJS.Signals | null): RunOutcome {
  if (code === 0) return { error: "", bail: false };
  if (code === alreadyReported) return { error: "", bail: true };
  if (signal) return { error: `Program was ended by ${signal}`, bail: false };
  return { error: `Program exited with non-zero exit code: ${code}`, bail: false };
}

function runnerArguments(request: RunRequest, program: Program, engineAddress: string): string[] {
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": program.rootDirectory,
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(flags).flatMap(([flag, value]) => (value === "" ? [] : [`--${flag}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    program.entryPoint,
    ...request.getArgsList(),
  ];
}

function runnerEnvironment(request: RunRequest, program: Program): NodeJS.ProcessEnv {
  const { typescript, tsconfig } = program.options;
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}
