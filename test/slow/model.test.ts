import { testSequences } from "../model/sequences";

// In addition to the sequences of test/model/model.test.ts.
testSequences({ runs: 1200, seed: 2 });
