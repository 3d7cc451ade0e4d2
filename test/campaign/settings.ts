/** What `npm run campaign -- --fleet` hands over. */
export const settings = {
  merchants: Number(process.env.FLEET_MERCHANTS ?? 3_000),
  shardSize: Number(process.env.FLEET_SHARD_SIZE ?? 300),
  /** How long Pinterest takes for an answer, in milliseconds. */
  latencyMs: Number(process.env.FLEET_LATENCY_MS ?? 80),
  /** How long workers are killed. */
  minutes: Number(process.env.FLEET_MINUTES ?? 5),
  seed: Number(process.env.FLEET_SEED ?? 1),
};

/** As long as anything of it may take, in milliseconds. */
export const timeout = 3 * 3_600_000;

/** Says how long something took, or how much. */
export function tell(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}

/** Runs something and says how long it took. */
export async function timed<T>(what: string, action: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await action();
  tell(what, `${Math.round((performance.now() - from) / 100) / 10} s`);
  return result;
}
