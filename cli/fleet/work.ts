import { dirname } from "node:path";
import { joinFleet } from "../../fleet/worker/environment";
import { openRequestLimit } from "../../fleet/worker/request-limit";
import { runWorker } from "../../fleet/worker/worker";
import { requestLimiterVariable } from "../../provider/api/fleet-environment";
import type { Terminal } from "../terminal";
import { interruptible, withFleet, withQueue } from "./access";

export interface WorkerCommandOptions {
  readonly cwd: string;
  readonly parallel: number;
}

/** `pulumi-pinterest fleet worker` */
export function work({ cwd, parallel }: WorkerCommandOptions, terminal: Terminal): Promise<void> {
  return withFleet(async (opened) => {
    const fleet = await joinFleet(opened, cwd);
    const { database, settings, encryption } = opened;
    const log = (line: string) => terminal.note(`${new Date().toISOString()} ${line}`);
    await withQueue({ note: log }, async (queue) => {
      const { project } = settings;
      const limit = await openRequestLimit(database, log);
      // Engines and their providers inherit the environment, and the checks of this process use it too.
      process.env[requestLimiterVariable] = limit.socketPath;
      // Each shard starts Node.js twice. Without a cache, each start compiles the SDK again. The worker deletes this directory at its end.
      process.env.NODE_COMPILE_CACHE ??= dirname(limit.socketPath);
      // The engine's default is four operations for each core. Operations mostly wait for Pinterest, and its rate limits apply to any number.
      process.env.PULUMI_PARALLEL ??= "32";
      // The engine writes the state once, at the end. The next update finds what a killed engine has created.
      process.env.PULUMI_SKIP_CHECKPOINTS = "true";
      try {
        await interruptible((signal) =>
          runWorker({ database, fleet, queue, encryption, project, directory: cwd, parallel, signal, log }),
        );
      } finally {
        await limit.close();
      }
    });
  });
}
