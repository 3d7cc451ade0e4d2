import { DeleteLimit } from "./delete-limit";
import { DriftCheck } from "./drift-check";
import { Listings } from "./listings";
import { type Identity, mustWait, RunLedger } from "./ownership";
import { ReadAhead } from "./read-ahead";
import type { Surroundings } from "./session";
import { UnreachableAccounts } from "./unreachable";

/** The state of a provider process. The engine starts one for each operation. */
export class Process {
  readonly listings: Listings;
  readonly readAhead: ReadAhead;
  readonly unreachable: UnreachableAccounts;
  readonly deleteLimit: DeleteLimit;
  readonly driftCheck: DriftCheck;

  constructor(
    readonly surroundings: Surroundings,
    readonly ledger: RunLedger = new RunLedger(),
  ) {
    this.listings = new Listings(surroundings);
    this.readAhead = new ReadAhead(surroundings, this.listings);
    this.unreachable = new UnreachableAccounts(surroundings);
    this.driftCheck = new DriftCheck(surroundings);
    this.deleteLimit = new DeleteLimit(surroundings, ledger);
  }
}

const pollMs = 50;

/** Waits until a condition about the records of the run is met. @returns whether it was met in time. */
export async function waitUntil(
  isMet: () => boolean,
  { now, sleep }: Pick<Surroundings, "now" | "sleep">,
  timeoutMs: number,
): Promise<boolean> {
  const endsAt = now() + timeoutMs;
  while (!isMet()) {
    if (now() > endsAt) return false;
    await sleep(pollMs);
  }
  return true;
}

/** The longest wait for an operation of another resource, in milliseconds. Its process may have been killed. */
const longestWaitMs = 600_000;

/** Waits until no earlier operation of the run on the same integration is in progress. @throws Error if that takes too long. */
export async function untilFirst(
  own: "creating" | "deleting",
  identity: Identity,
  { ledger, surroundings }: Pick<Process, "ledger" | "surroundings">,
): Promise<void> {
  if (!(await waitUntil(() => !mustWait(own, identity, ledger), surroundings, longestWaitMs)))
    throw new Error(
      `cannot ${own === "creating" ? "create" : "delete"} integration '${identity.externalBusinessId}': another resource of this run has not finished its operation on it ` +
        `after ${longestWaitMs / 60_000} minutes. Run the command again.`,
    );
}
