import { spawn } from "node:child_process";

/** The result of an engine command. */
export interface EngineRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pulumi` commands for which the Automation API has no method. Resolves with any exit code, and rejects if `pulumi` is missing. */
export function runEngine(
  args: readonly string[],
  { cwd, environment, input, signal, interrupt }: EngineRunOptions,
): Promise<EngineRun> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...environment },
      stdio: ["pipe", "pipe", "pipe"],
      signal,
    });
    // If a command ends without reading its input, the pipe closes. That is not a failure.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    interrupt?.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? -1, ...texts }));
  });
}

export interface EngineRunOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends the command. The promise is then rejected. */
  readonly signal?: AbortSignal;
  /** Lets the engine finish the operations in progress, and start no others. */
  readonly interrupt?: AbortSignal | undefined;
  /** @default nothing */
  readonly input?: string | undefined;
}
