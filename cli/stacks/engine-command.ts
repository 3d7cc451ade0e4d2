import { spawn } from "node:child_process";

/** How a command of the engine ended. */
export interface EngineRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pulumi` for what the Automation API has no method for; settles whatever the exit code, rejects when there is no `pulumi`. */
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
    // A command that ends without reading closes the pipe, which is no failure of its own.
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
  /** Ends it; then the promise is rejected. */
  readonly signal?: AbortSignal;
  /** Has it finish what is under way, and begin nothing more. */
  readonly interrupt?: AbortSignal | undefined;
  /** @default nothing */
  readonly input?: string | undefined;
}
