import { type EngineRun, runEngine } from "../stack/engine";

/** Time limit for the version of a program, or for the engine to reach its backend, in milliseconds. */
export const patienceMs = 20_000;

/** Runs a quick `pulumi` command. If it cannot start or exceeds the time limit, it has failed. */
export async function askEngine(args: readonly string[], cwd: string): Promise<EngineRun> {
  try {
    return await runEngine(args, { cwd, signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException;
    const reason = name === "AbortError" ? `no answer within ${patienceMs / 1000} s` : (code ?? message);
    return { exitCode: -1, stdout: "", stderr: `error: ${reason}` };
  }
}
