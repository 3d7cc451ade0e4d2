import { connect } from "node:net";

const retryMs = 500;

/**
 * Ends this process when the engine that started it is gone. A provider process outlives an engine that was killed,
 * and could otherwise still write to Pinterest while the next update is already under way.
 *
 * The engine's server drops a connection that says nothing after a while; it counts as gone only when it cannot be
 * reached any more.
 */
export function endWithEngine(engineAddress: string, end: () => void): void {
  const [, host, port] = /^(?:\w+:\/\/)?(.+):(\d+)$/.exec(engineAddress) ?? [];
  if (host === undefined || port === undefined) {
    return;
  }
  const watch = () => {
    const socket = connect({ host, port: Number(port) });
    socket.unref();
    let refused = false;
    socket.on("error", (error: NodeJS.ErrnoException) => {
      refused = error.code === "ECONNREFUSED";
    });
    socket.on("close", () => (refused ? end() : setTimeout(watch, retryMs).unref()));
    socket.resume();
  };
  watch();
}
