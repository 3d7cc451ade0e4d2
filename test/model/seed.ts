const { MODEL_SEED = "1" } = process.env;

/** The seed of random sequences, from MODEL_SEED. "any": a different one for each run. */
export const seed = MODEL_SEED === "any" ? Date.now() % 1_000_000 : Number(MODEL_SEED);
