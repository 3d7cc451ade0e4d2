import type { Spread } from "./integrations.mts";
import type { Access } from "./limits.mts";
import type { Way } from "./product.mts";

/** In which order the engine asks for reads: that of the lists, account by account, the other way round, or any. */
export const orders = ["list", "reversed", "shuffled"] as const;
export type Order = (typeof orders)[number];

/** One drift check to simulate. */
export interface Scenario extends Spread {
  readonly access: Access;
  readonly order: Order;
  readonly way: Way;
}

export const spreads = {
  accounts: { accounts: 1000, integrationsEach: 100 },
  account: { accounts: 1, integrationsEach: 100_000 },
  merchants: { accounts: 3000, integrationsEach: 1 },
} as const satisfies Readonly<Record<string, Spread>>;
export type SpreadName = keyof typeof spreads;

/** What there is to simulate: the product's way in each of the orders, and one by one, where the order makes no difference. */
export function scenarios(
  names: readonly SpreadName[],
  accesses: readonly Access[],
  wanted: readonly Order[],
): Scenario[] {
  return accesses.flatMap((access) =>
    names.flatMap((name): Scenario[] => {
      const spread = { ...spreads[name], access };
      const byList = wanted.map((order) => ({ ...spread, order, way: "by list" as const }));
      return [...byList, { ...spread, order: "list", way: "one by one" }];
    }),
  );
}

/** The numbers of all integrations of a scenario in its order; a seed always gives the same one. */
export function numbersOf({ accounts, integrationsEach, order }: Spread & { order: Order }, seed: number) {
  const numbers = Uint32Array.from({ length: accounts * integrationsEach }, (_, index) => index);
  if (order === "list") return numbers;
  if (order === "reversed") return numbers.reverse();
  const random = randomOf(seed);
  for (let last = numbers.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const number = numbers[last] as number;
    numbers[last] = numbers[other] as number;
    numbers[other] = number;
  }
  return numbers;
}

/** Marsaglia's xorshift of 32 bits: at least 0 and below 1. */
function randomOf(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
