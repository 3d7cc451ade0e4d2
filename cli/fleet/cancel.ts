import { type CanceledRun, cancelRun } from "../../fleet/runs";
import type { Terminal } from "../terminal";
import { counted } from "../text/words";
import { withFleet, withQueue } from "./access";

/** `pulumi-pinterest fleet cancel` */
export function cancel(run: string, { json }: { readonly json?: true }, terminal: Terminal): Promise<void> {
  return withFleet(({ database }) =>
    withQueue(terminal, async (queue) => {
      const canceled = await cancelRun(database, queue, run);
      terminal.out(json ? JSON.stringify(canceled) : inWords(canceled));
    }),
  );
}

function inWords({ canceled, running }: CanceledRun): string {
  if (canceled.length + running.length === 0) return "Nothing to cancel: the run has ended.";
  const rest = running.length === 0 ? "" : ` In progress, and not canceled: ${running.join(", ")}.`;
  return `${counted(canceled.length, "shard")} canceled.${rest}`;
}
