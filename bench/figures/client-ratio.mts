import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Figures } from "../results.mts";
import { jsonOf, script } from "./child.mts";

/** How much of it is measured. */
export interface ClientEffort {
  /** Of a process of each: a ratio. */
  readonly pairs: number;
  /** Of a process; the median of them counts. */
  readonly rounds: number;
  /** Of a round. */
  readonly requests: number;
}

/** What a request by the client takes over one by undici alone, on a server in a process of its own. */
export async function clientRatio(effort: ClientEffort): Promise<Figures["clientRatio"]> {
  const server = spawn(process.execPath, [script("client-server.mts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [port] = await once(createInterface(server.stdout), "line");
    const origin = `http://127.0.0.1:${port}`;
    return {
      sequential: { values: await ratios(origin, 1, effort) },
      concurrent: { values: await ratios(origin, 16, effort) },
    };
  } finally {
    server.stdin.end();
  }
}

async function ratios(
  origin: string,
  lanes: number,
  { pairs, rounds, requests }: ClientEffort,
): Promise<number[]> {
  const values: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const of = (who: string) =>
      jsonOf(script("client.mts"), who, origin, `${lanes}`, `${requests}`, `${rounds}`) as Promise<number>;
    // Each goes first in every other pair: a machine that slows down meanwhile is nobody's gain.
    const order = pair % 2 === 0 ? ["client", "undici"] : ["undici", "client"];
    const times = new Map<string, number>();
    for (const who of order) times.set(who, await of(who));
    const [client, undici] = [times.get("client"), times.get("undici")] as [number, number];
    values.push(Math.round((client / undici) * 1000) / 1000);
  }
  return values;
}
