/** The seed of random sequences, from MODEL_SEED. "any": a different one for each run. */
export function modelSeed(): number {
  const { MODEL_SEED = 1 } = process.env;
  return MODEL_SEED === "any" ? Date.now() % 1_000_000 : Number(MODEL_SEED);
}
