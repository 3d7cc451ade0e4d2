import { sequence } from "./arbitraries";
import { play } from "./play";
import { testSequences } from "./sequences";

testSequences({
  title: "the provider keeps its promises in sequences of programs, drift, faults and kills:",
  runs: 300,
  seed: 1,
  sequences: sequence,
  play,
});
