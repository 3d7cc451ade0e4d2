/** The seed of random sequences, from MODEL_SEED. "any": a different one for each run. @param usual the seed without MODEL_SEED */
export function seedOf(usual = 1): number {
  const { MODEL_SEED = usual } = process.env;
  return MODEL_SEED === "any" ? Date.now() % 1_000_000 : Number(MODEL_SEED);
}
