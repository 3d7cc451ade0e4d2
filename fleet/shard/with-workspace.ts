import { ignoreErrors } from "../../provider/api/async";
import { signOfLifeSeconds } from "../times";
import { ShardWorkspace, type WorkspaceOptions } from "./workspace";

export interface WithWorkspaceOptions extends WorkspaceOptions {
  /** Kills the engine at once. */
  readonly kill?: AbortSignal | undefined;
  readonly onHeartbeat?: (() => void) | undefined;
  /** Called at the end if an engine was killed or could not unlock its stack. */
  readonly onLeftLocked?: (() => void) | undefined;
}

/**
 * Runs engines in a workspace that exists during the action, and only while this process lives.
 *
 * @throws the reason of `kill` if it was aborted before.
 */
export async function withWorkspace<T>(
  options: WithWorkspaceOptions,
  action: (workspace: ShardWorkspace) => Promise<T>,
): Promise<T> {
  const { kill, onHeartbeat = () => {}, onLeftLocked = () => {} } = options;
  kill?.throwIfAborted();
  const workspace = ShardWorkspace.make(options);
  const takeBack = () => workspace.takeBackPermit();
  kill?.addEventListener("abort", takeBack, { once: true });
  const sendHeartbeat = ignoreErrors(onHeartbeat);
  const heartbeat = setInterval(() => {
    workspace.renewPermit();
    sendHeartbeat(undefined);
  }, signOfLifeSeconds * 1_000);
  try {
    return await action(workspace);
  } finally {
    clearInterval(heartbeat);
    kill?.removeEventListener("abort", takeBack);
    if (workspace.mayHaveLeftLock()) onLeftLocked();
    workspace.remove();
  }
}
