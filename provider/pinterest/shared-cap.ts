import type { Agent } from "undici";
import { loadUndici } from "./dispatcher";

/** The variable that names a socket at which leave is asked before each request to Pinterest: a cap that many processes share. */
export const capVariable = "PINTEREST_FLEET_CAP";

/** Settles when a request may be sent. Rejects where that cannot be asked, or the signal ends the wait. */
export type RequestGate = (signal: AbortSignal) => Promise<void>;

/** The cap that this process shares with others, if it does. */
export function sharedCap(environment: NodeJS.ProcessEnv = process.env): RequestGate | undefined {
  const socketPath = environment[capVariable];
  if (socketPath === undefined || socketPath === "") return undefined;
  let dispatcher: Agent | undefined;
  return async (signal) => {
    const { Agent, request } = loadUndici();
    // Who waits keeps a connection; there is no time within which it has to be the turn.
    dispatcher ??= new Agent({ connect: { socketPath }, headersTimeout: 0, bodyTimeout: 0 });
    const { statusCode, body } = await request("http://cap/", { method: "POST", dispatcher, signal });
    const text = await body.text();
    if (statusCode !== 204) throw new Error(text || `answer ${statusCode}`);
  };
}
