import { dirname } from "node:path";
import { fleetInvocation } from "../../fleet/shard/workspace";
import { joinFleet } from "../../fleet/worker/environment";
import { openRequestLimit } from "../../fleet/worker/request-limit";
import { runWorker } from "../../fleet/worker/worker";
import type { CommandIo } from "../terminal";
import { interruptible, withFleet, withQueue } from "./access";

/** `pulumi-pinterest fleet worker` */
export function work(
  { cwd, parallel }: { readonly cwd: string; readonly parallel: number },
  { terminal, environment }: CommandIo,
): Promise<void> {
  return withFleet(environment, async (opened) => {
    const log = (line: string) => terminal.note(`${new Date().toISOString()} ${line}`);
    const fleet = await joinFleet(opened, fleetInvocation(cwd, environment), log);
    const { database, settings, encryption } = opened;
    await withQueue({ terminal: { note: log }, environment }, async (queue) => {
      const { project } = settings;
      const limit = await openRequestLimit(database, log);
      const ofEngines = {
        // Each shard starts Node.js twice. Without a cache, each start compiles the SDK again. The worker deletes this directory at its end.
        NODE_COMPILE_CACHE: dirname(limit.socketPath),
        // The engine's default is four operations for each core. Operations mostly wait for Pinterest, and its rate limits apply to any number.
        PULUMI_PARALLEL: "32",
        ...environment,
        // The engine writes the state once, at the end. The next update finds what a killed engine has created.
        PULUMI_SKIP_CHECKPOINTS: "true",
      };
      const invocation = fleetInvocation(cwd, ofEngines, limit.socketPath);
      try {
        await interruptible((signal) =>
          runWorker({ database, fleet, queue, encryption, project, invocation, parallel, signal, log }),
        );
      } finally {
        await limit.close();
      }
    });
  });
}
