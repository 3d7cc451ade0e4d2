import { DeleteLimit } from "./delete-limit";
import { Listings } from "./listings";
import { RunLedger } from "./ownership";
import type { Surroundings } from "./session";
import { UnreachableAccounts } from "./unreachable";

/** The state of a provider process. The engine starts one for each operation. */
export class Process {
  readonly listings: Listings;
  readonly unreachable: UnreachableAccounts;
  readonly deleteLimit: DeleteLimit;

  constructor(
    readonly surroundings: Surroundings,
    readonly ledger: RunLedger = new RunLedger(),
  ) {
    this.listings = new Listings(surroundings);
    this.unreachable = new UnreachableAccounts(surroundings);
    this.deleteLimit = new DeleteLimit(surroundings, ledger);
  }
}
