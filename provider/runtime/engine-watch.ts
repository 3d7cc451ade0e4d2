import { connect } from "node:net";

/** The time between two looks, in milliseconds, where the address takes connections and ends them at once. */
const pauseMs = 500;

/**
 * Ends this process when the engine that started it is gone. A provider process outlives an engine that was killed,
 * and could otherwise still write to Pinterest while the next update is already under way.
 *
 * The engine's server drops a connection that says nothing after a while; it counts as gone only when it cannot be
 * reached any more.
 */
export function endWithEngine(engineAddress: string, end: () => void, now = () => performance.now()): void {
  const [, host, port] = /^(?:\w+:\/\/)?(.+):(\d+)$/.exec(engineAddress) ?? [];
  if (host === undefined || port === undefined) {
    return;
  }
  const watch = () => {
    const began = now();
    const socket = connect({ host, port: Number(port) });
    socket.unref();
    let refused = false;
    socket.on("error", (error: NodeJS.ErrnoException) => {
      refused = error.code === "ECONNREFUSED";
    });
    socket.on("close", () => {
      if (refused) end();
      // A connection that lived and ended may be the engine's end, after which no further request may go out.
      else if (now() - began > pauseMs) watch();
      else setTimeout(watch, pauseMs).unref();
    });
    socket.resume();
  };
  watch();
}
