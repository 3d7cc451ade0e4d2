import { connect } from "node:net";

/**
 * Runs `action` when the engine terminates this process, then calls `exit`. The engine sends SIGINT to the provider's own process group,
 * which does not receive a Ctrl-C at the terminal, and kills it after five seconds (Pulumi's
 * sdk/go/common/resource/plugin/plugin.go). All operations have ended by then.
 *
 * @param action takes less than five seconds. Its failure is ignored.
 */
export function onTermination(
  action: () => Promise<void>,
  exit: () => void,
  signals: Pick<NodeJS.Process, "once"> = process,
): void {
  signals.once("SIGINT", () => void action().then(exit, exit));
}

/** The pause before the next connection if the last one was closed at once, in milliseconds. */
const reconnectPauseMs = 500;

/**
 * Calls `exit` when the engine no longer listens at its address. If the engine is killed, its provider processes continue, and could
 * write to Pinterest during the next update.
 *
 * The engine's server closes an idle connection after some time. Therefore, only a refused connection counts as the engine's end.
 */
export function exitWithEngine(engineAddress: string, exit: () => void): void {
  const [, host, port] = /([^/]+):(\d+)$/.exec(engineAddress) ?? [];
  if (host === undefined) return;
  const watch = () => {
    const connectedAt = performance.now();
    const socket = connect({ host, port: Number(port) });
    socket.unref();
    let isRefused = false;
    socket.on("error", (error: NodeJS.ErrnoException) => {
      isRefused = error.code === "ECONNREFUSED";
    });
    socket.on("close", () => {
      if (isRefused) exit();
      // The engine may have ended. Check at once, because no request may be sent after its end.
      else if (performance.now() - connectedAt > reconnectPauseMs) watch();
      else setTimeout(watch, reconnectPauseMs).unref();
    });
    socket.resume();
  };
  watch();
}
