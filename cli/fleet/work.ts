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
  return withFleet(async ({ database, settings, encryption }) => {
    await assertReady(database, encryption, cwd);
    const log = (line: string) => terminal.note(`${new Date().toISOString()} ${line}`);
    await withQueue({ note: log }, async (queue) => {
      const { project } = settings;
      const cap = await openCap(database, log);
      // Engines and their providers inherit the environment, and the checks of this process use it too.
      process.env[requestLimiterVariable] = cap.socketPath;
      // The engine writes the state once, at the end. The next update finds what a killed engine has created.
      process.env.PULUMI_SKIP_CHECKPOINTS = "true";
      try {
        await interruptible((signal) =>
          runWorker({ database, queue, encryption, project, directory: cwd, parallel, signal, log }),
        );
      } finally {
        await cap.close();
      }
    });
  });
}
