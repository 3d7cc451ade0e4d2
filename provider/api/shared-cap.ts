import type { Agent } from "undici";
import { loadUndici } from "./dispatcher";

/** The variable with the path of the socket of a fleet worker that limits the requests of all its processes. */
export const capVariable = "PINTEREST_FLEET_CAP";

/** Resolves when a request may be sent. Rejects if the limiter cannot be reached, or the signal is aborted. */
export type RequestGate = (signal: AbortSignal) => Promise<void>;

/** The gate of the fleet worker that started this process; undefined outside of a fleet, or without a limit. */
export function sharedCap(environment: NodeJS.ProcessEnv = process.env): RequestGate | undefined {
  const socketPath = environment[capVariable];
  if (socketPath === undefined || socketPath === "") return undefined;
  let dispatcher: Agent | undefined;
  return async (signal) => {
    const { Agent, request } = loadUndici();
    // The worker answers when it is the request's turn, which can take any time.
    dispatcher ??= new Agent({ connect: { socketPath }, headersTimeout: 0, bodyTimeout: 0 });
    const { statusCode, body } = await request("http://cap/", { method: "POST", dispatcher, signal });
    const text = await body.text();
    if (statusCode !== 204) throw new Error(text || `answer ${statusCode}`);
  };
}
