import { owners } from "./arbitraries/owners";
import { checkOwners } from "./invariants";
import { testSequences } from "./sequences";

testSequences({
  title:
    "providers of one program keep integrations that another resource declares, leave no orphans and lose no tokens:",
  runs: 300,
  sequences: owners,
  check: checkOwners,
});
