import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";

/** The variable that names the engine which a guard runs. */
export const guardedEngineVariable = "PINTEREST_FLEET_ENGINE";

/** The variable that names a file; where it is gone, so is the right to run an engine. */
export const permitVariable = "PINTEREST_FLEET_PERMIT";

/** How often a guard looks whether the engine may still run, in milliseconds. */
const lookEvery = 250;

const handedOn = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs the engine in this process's place, and kills it when the process that started this one is gone, or takes back the permit. A worker
 * that is killed would leave its engine behind otherwise, which writes on while another worker takes the shard over; provider processes
 * end by themselves with their engine.
 *
 * @returns the exit code.
 */
export function guard(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const { [guardedEngineVariable]: engine = "pulumi", [permitVariable]: permit, ...rest } = environment;
  const parent = process.ppid;
  const child = spawn(engine, args, { stdio: "inherit", env: rest });
  const look = setInterval(() => {
    // An orphan is given to another parent.
    const isOrphan = process.ppid !== parent;
    if (isOrphan || (permit !== undefined && !existsSync(permit))) child.kill("SIGKILL");
  }, lookEvery);
  for (const signal of handedOn) process.on(signal, () => child.kill(signal));
  const ended = new Promise<number>((resolve) => {
    child.on("error", (error) => {
      process.stderr.write(`error: the engine ${engine} cannot be run: ${error.message}\n`);
      resolve(1);
    });
    child.on("close", (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
  return ended.finally(() => clearInterval(look));
}
