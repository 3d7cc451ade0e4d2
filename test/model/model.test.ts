import { testSequences } from "./sequences";

testSequences({ runs: 300, seed: 1 });
