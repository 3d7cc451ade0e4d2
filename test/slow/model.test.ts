import { testSequences } from "../model/sequences";

// In addition to the sequences of test/model/model.test.ts.
testSequences({ runs: 600, seed: 2 });
