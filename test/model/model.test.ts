import { sequence } from "./arbitraries";
import { testStories } from "./sequences";
import { play } from "./story";

testStories({
  title: "the provider keeps its promises in sequences of programs, drift, faults and kills:",
  runs: 300,
  seed: 1,
  stories: sequence,
  play,
});
