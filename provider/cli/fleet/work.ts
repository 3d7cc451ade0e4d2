import { runWorker } from "../../fleet/worker/worker";
import { exitCodes } from "../exit-codes";
import { hearEndingSignals } from "../signals";
import type { Terminal } from "../terminal";
import { withFleet, withQueue } from "./access";

export interface WorkerCommandOptions {
  readonly cwd: string;
  readonly parallel: number;
}

/** `pulumi-pinterest fleet worker` */
export function work({ cwd, parallel }: WorkerCommandOptions, terminal: Terminal): Promise<void> {
  return withFleet(({ database, settings, seal }) =>
    withQueue(terminal, async (queue) => {
      const log = (line: string) => terminal.note(`${new Date().toISOString()} ${line}`);
      const { project } = settings;
      const controller = new AbortController();
      const { signal } = controller;
      // Engines are in sessions of their own, and hear of Ctrl-C by this alone.
      const hearNoLonger = hearEndingSignals(() => {
        if (signal.aborted) process.exit(exitCodes.interrupted);
        controller.abort();
      });
      try {
        await runWorker({ database, queue, seal, project, directory: cwd, parallel, signal, log });
      } finally {
        hearNoLonger();
      }
    }),
  );
}
