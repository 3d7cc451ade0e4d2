import { hostname } from "node:os";
import { resolve } from "node:path";
import type { HoldOptions } from "../../fleet/by-hand/hold";
import { withBaseDirectory } from "../../provider/api/fleet-environment";
import type { Terminal } from "../terminal";
import type { Fleet } from "./access";
import { interruptible } from "./interruptible";

/** Runs an action that holds shards. Ctrl-C ends its waits; an action that has started is completed. */
export async function holding<T>(
  { settings: { project } }: Fleet,
  what: string,
  directory: string,
  terminal: Pick<Terminal, "note">,
  action: (options: HoldOptions) => Promise<T>,
): Promise<T> {
  const name = `${what} on ${hostname()}, process ${process.pid}`;
  const notify = (message: string) => terminal.note(message);
  const { result } = await withBaseDirectory(resolve(directory), () =>
    interruptible((signal) => action({ project, directory, name, signal, notify })),
  );
  return result;
}
