/** Settings of `npm run campaign -- --fleet`. */
export const settings = {
  merchants: Number(process.env.FLEET_MERCHANTS ?? 3_000),
  shardSize: Number(process.env.FLEET_SHARD_SIZE ?? 300),
  /** Number of merchants while workers are killed. Updates of few merchants are short, so more of them are interrupted. */
  merchantsWithKills: Number(process.env.FLEET_MERCHANTS ?? 120),
  /** Time that Pinterest takes for each response, in milliseconds. */
  latencyMs: Number(process.env.FLEET_LATENCY_MS ?? 80),
  /** Time in which workers are killed. */
  minutes: Number(process.env.FLEET_MINUTES ?? 5),
  seed: Number(process.env.FLEET_SEED ?? 1),
};

/** Time limit for each step, in milliseconds. */
export const timeout = 3 * 3_600_000;

/** Prints a measured value. */
export function print(what: string, value: string): void {
  process.stdout.write(`${what}: ${value}\n`);
}

/** Runs an action and prints its duration. */
export async function timed<T>(what: string, action: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await action();
  print(what, `${Math.round((performance.now() - startedAt) / 100) / 10} s`);
  return result;
}
