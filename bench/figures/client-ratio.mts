import { inTurn } from "../engine/turns.mts";
import type { Figures } from "../results.mts";
import { median } from "../statistics.mts";
import { answering, script } from "./child.mts";

/** How much of it is measured. */
export interface ClientEffort {
  /** Of a process of each, side by side: a ratio. */
  readonly pairs: number;
  /** Of a pair; the median of their ratios counts. */
  readonly rounds: number;
  /** Of a round. */
  readonly requests: number;
}

/** So many requests V8 compiles meanwhile: 20,000 are seen to take longer than those after them. */
const warmUp = 24_000;

/** What a request by the client takes over one by undici alone, on a server in a process of its own. */
export async function clientRatio(effort: ClientEffort): Promise<Figures["clientRatio"]> {
  const server = answering(script("client-server.mts"));
  try {
    const origin = `http://127.0.0.1:${await server.ask()}`;
    return {
      sequential: { values: await ratios(origin, 1, effort) },
      concurrent: { values: await ratios(origin, 16, effort) },
    };
  } finally {
    server.end();
  }
}

async function ratios(origin: string, lanes: number, effort: ClientEffort): Promise<number[]> {
  const values: number[] = [];
  for (let pair = 0; pair < effort.pairs; pair++) values.push(await ratioOfPair(origin, lanes, effort));
  return values;
}

/** Both wait for each other: a machine that slows down meanwhile does so for both, and each goes first in every other round. */
async function ratioOfPair(
  origin: string,
  lanes: number,
  { rounds, requests }: ClientEffort,
): Promise<number> {
  const start = (who: string) => answering(script("client.mts"), who, origin, `${lanes}`, `${requests}`);
  const sides = { client: start("client"), undici: start("undici") };
  const found: number[] = [];
  const before = Math.ceil(warmUp / requests);
  try {
    for (let round = 0; round < before + rounds; round++) {
      const times = { client: 0, undici: 0 };
      for (const who of inTurn(["client", "undici"] as const, round))
        times[who] = Number(await sides[who].ask());
      if (round >= before) found.push(times.client / times.undici);
    }
  } finally {
    for (const side of Object.values(sides)) side.end();
  }
  return Math.round((median(found) as number) * 1000) / 1000;
}
