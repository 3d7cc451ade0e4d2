// By default, the model test runs 300 sequences, which is too slow for every mutant.
process.env.MODEL_RUNS ??= "40";
process.env.MODEL_SHRINK ??= "no";
