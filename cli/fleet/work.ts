import { openCap } from "../../fleet/worker/cap";
import { assertReady } from "../../fleet/worker/ready";
import { runWorker } from "../../fleet/worker/worker";
import { requestLimiterVariable } from "../../provider/api/fleet-environment";
import type { Terminal } from "../terminal";
import { withFleet, withQueue } from "./access";
import { interruptible } from "./interruptible";

export interface WorkerCommandOptions {
  readonly cwd: string;
  readonly parallel: number;
}

/** `pulumi-pinterest fleet worker` */
export function work({ cwd, parallel }: WorkerCommandOptions, terminal: Terminal): Promise<void> {
  return withFleet(async ({ database, settings, seal }) => {
    await assertReady(database, seal, cwd);
    const log = (line: string) => terminal.note(`${new Date().toISOString()} ${line}`);
    await withQueue({ note: log }, async (queue) => {
      const { project } = settings;
      const cap = await openCap(database, log);
      // Engines and their providers inherit the environment, and the checks of this process use it too.
      process.env[requestLimiterVariable] = cap.socketPath;
      try {
        await interruptible((signal) =>
          runWorker({ database, queue, seal, project, directory: cwd, parallel, signal, log }),
        );
      } finally {
        await cap.close();
      }
    });
  });
}
