import { connect } from "node:net";
import { finishTokenRequests, stopSending } from "../api";
import { waitAtMost } from "../base/async";

/** The time limit for the end of the process. The engine kills it five seconds after SIGINT. */
const terminationMs = 4_800;

/** The signal with which the engine closes its provider processes: on Windows, the second one. */
const closingSignals: readonly string[] = ["SIGINT", "SIGBREAK"];

/** Whether the engine sends a signal after it has saved the results of all operations. */
export function isClosing(signal: NodeJS.Signals): boolean {
  return closingSignals.includes(signal);
}

/**
 * Runs `action` when the engine terminates this process, waits for tokens that are being requested, then calls `exit`. The engine sends SIGINT
 * to the provider's own process group, which does not receive a Ctrl-C at the terminal, and kills it after five seconds (Pulumi's
 * sdk/go/common/resource/plugin/plugin.go). Before SIGINT, the engine has ended all operations and saved their results. On Windows, the engine sends
 * SIGBREAK instead (cmdutil/child_windows.go). Systems and containers send SIGTERM, also while operations are running.
 *
 * @param action receives the signal, and is not awaited for longer than {@link terminationMs}. Its failure is ignored.
 */
export function onTermination(
  action: (signal: NodeJS.Signals) => Promise<void>,
  exit: () => void,
  signals: Pick<NodeJS.Process, "on"> = process,
): void {
  const end = (signal: NodeJS.Signals): void => {
    const ended = Promise.allSettled([action(signal), finishTokenRequests()]);
    void waitAtMost(ended, terminationMs).then(exit);
  };
  for (const signal of [...closingSignals, "SIGTERM"]) signals.on(signal, end);
}

/** Prevents further requests to Pinterest, waits for tokens that are being requested, then calls `exit`. */
export function exitWithoutEngine(exit: () => void): void {
  stopSending();
  void finishTokenRequests().then(exit);
}

/** The pause before the next connection if the last one was closed at once. */
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
