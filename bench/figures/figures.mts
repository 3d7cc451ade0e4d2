import type { Figures } from "../results.mts";
import { clientRatio } from "./client-ratio.mts";
import { importMs } from "./import-time.mts";
import { packageFigures } from "./package.mts";

/** How often what is measured without the engine is repeated. */
export interface Effort {
  readonly imports: number;
  readonly rounds: number;
  readonly requests: number;
}

export const efforts = {
  quick: { imports: 5, rounds: 5, requests: 4_000 },
  full: { imports: 20, rounds: 20, requests: 4_000 },
} as const satisfies Record<string, Effort>;

/** Everything that is measured without the engine. */
export async function measureFigures({ imports, rounds, requests }: Effort): Promise<Figures> {
  return {
    importMs: await importMs(imports),
    clientRatio: await clientRatio(rounds, requests),
    ...packageFigures(),
  };
}
