import { Claims } from "./claims";
import { DeleteLimit } from "./delete-limit";
import { Listings } from "./listings";
import { Session, type Surroundings } from "./session";
import { UnreachableAccounts } from "./unreachable";

/** What one process of the engine, which serves one operation, has around it and remembers. */
export class Process {
  readonly session = new Session();
  readonly listings: Listings;
  readonly unreachable: UnreachableAccounts;
  readonly deleteLimit: DeleteLimit;

  constructor(
    readonly surroundings: Surroundings,
    readonly claims = new Claims(),
  ) {
    this.listings = new Listings(surroundings);
    this.unreachable = new UnreachableAccounts(surroundings);
    this.deleteLimit = new DeleteLimit(surroundings);
  }
}
