import { values } from "./arbitraries/values";
import { checkValues } from "./invariants";
import { testSequences } from "./sequences";

testSequences({
  title: "the provider keeps its promises in sequences of programs, drift, faults and kills:",
  runs: 200,
  sequences: values,
  check: checkValues,
});
