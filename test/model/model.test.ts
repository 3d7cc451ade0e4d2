import { values } from "./arbitraries/values";
import { checkValues } from "./invariants";
import { testSequences } from "./sequences";

// `arbitraries` generates sequences of edits, faults and commands. `play.ts` runs a sequence, `invariants` checks each command, and `converge.ts`
// checks that the stack can be deployed and destroyed in the end.
testSequences({
  title: "the provider keeps its promises in sequences of programs, drift, faults and kills:",
  runs: 200,
  sequences: values,
  check: checkValues,
});
