// The model test plays 300 sequences by default, which is too slow for every mutant.
process.env.MODEL_RUNS ??= "40";
process.env.MODEL_SHRINK ??= "no";
