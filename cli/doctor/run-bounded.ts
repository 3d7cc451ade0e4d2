import { type EngineRun, runEngine } from "../stacks/engine-command";

/** How long a program may take to tell its version, or the engine to reach its backend, in milliseconds. */
export const patienceMs = 20_000;

/** Runs `pulumi` for a question that it answers at once where all is well; a run that it takes too long for, or that cannot begin, has failed. */
export async function askEngine(args: readonly string[], cwd: string): Promise<EngineRun> {
  try {
    return await runEngine(args, { cwd, signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException;
    const reason = name === "AbortError" ? `no answer within ${patienceMs / 1000} s` : (code ?? message);
    return { exitCode: -1, stdout: "", stderr: `error: ${reason}` };
  }
}
