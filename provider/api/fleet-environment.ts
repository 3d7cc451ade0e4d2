import { AsyncLocalStorage } from "node:async_hooks";
import type { Agent } from "undici";
import { ownCommand } from "../base/own-package";
import { loadUndici } from "./address";

/** Set to "true" in the engines of a fleet, whose shards declare a merchant list instead of a program. */
export const runByFleetVariable = "PINTEREST_FLEET_RUN";

/** Whether a fleet runs the engine of this process, so that messages mention neither a program nor `pulumi`. */
export function isRunByFleet(): boolean {
  return process.env[runByFleetVariable] === "true";
}

/** The command that deploys the program, or the merchant list. */
export function updateCommand(): string {
  return isRunByFleet() ? `${ownCommand} fleet up` : "pulumi up";
}

/** The base directory of relative paths, if the engine runs in a temporary one. */
export const baseDirectoryVariable = "PINTEREST_FLEET_DIRECTORY";

const directoryScope = new AsyncLocalStorage<string>();

/** The base directory of relative paths in the configuration, in which its commands run: usually that of the project, where the engine runs. */
export function baseDirectory(): string {
  return directoryScope.getStore() ?? (process.env[baseDirectoryVariable] || process.cwd());
}

export function withBaseDirectory<T>(directory: string, action: () => T): T {
  return directoryScope.run(directory, action);
}

/** The path of the socket at which a fleet worker limits the requests of all its processes. */
export const requestLimiterVariable = "PINTEREST_FLEET_REQUEST_LIMITER";

/** Resolves when a request may be sent. Rejects if the limiter cannot be reached, or the signal is aborted. */
export type RequestGate = (signal: AbortSignal) => Promise<void>;

/** The gate of the fleet worker that started this process; undefined outside of a fleet, or without a limit. */
export function sharedRequestGate(): RequestGate | undefined {
  const socketPath = process.env[requestLimiterVariable];
  if (socketPath === undefined || socketPath === "") return undefined;
  let dispatcher: Agent | undefined;
  return async (signal) => {
    const { Agent, request } = loadUndici();
    // The worker answers when it is the request's turn, which can take any time.
    dispatcher ??= new Agent({ connect: { socketPath }, headersTimeout: 0, bodyTimeout: 0 });
    const { statusCode, body } = await request("http://limit/", { method: "POST", dispatcher, signal });
    const text = await body.text();
    if (statusCode !== 204) throw new Error(text || `answer ${statusCode}`);
  };
}
