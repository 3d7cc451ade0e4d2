import type { Figures, Origin } from "../results.mts";
import { type ClientEffort, clientRatio } from "./client-ratio.mts";
import { importMs } from "./import-time.mts";
import { packageFigures } from "./package.mts";

/** How often what is measured without the engine is repeated. */
export interface Effort {
  readonly imports: number;
  readonly client: ClientEffort;
}

export const efforts = {
  quick: { imports: 5, client: { pairs: 3, rounds: 5, requests: 2_000 } },
  full: { imports: 20, client: { pairs: 10, rounds: 10, requests: 4_000 } },
} as const satisfies Record<string, Effort>;

/** Everything that is measured without the engine. */
export async function measureFigures({ imports, client }: Effort): Promise<Omit<Figures, keyof Origin>> {
  return {
    importMs: await importMs(imports),
    clientRatio: await clientRatio(client),
    ...packageFigures(),
  };
}
