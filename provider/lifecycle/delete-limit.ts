import type { Identity, RunLedger } from "./ownership";
import type { Surroundings } from "./session";

/**
 * The first deletions wait until no other is requested for this time, in milliseconds. The engine requests as many at once as `--parallel`
 * allows, but writes its state before each one, which takes longer with a large state on a busy machine.
 */
const quietMs = 500;

/**
 * Keeps one run of the engine from deleting more integrations than the configuration allows: a program whose list of merchants is empty by
 * mistake would otherwise delete all of them. The ledger counts the deletions of all provider processes.
 *
 * The engine never reports how many deletions follow. Each process judges its first deletions together; after that, it judges each
 * deletion when it is requested. A process that starts to delete later cannot stop the deletions of an earlier one. A failed deletion
 * counts too, because Pinterest may have carried it out.
 */
export class DeleteLimit {
  readonly #limit: number | undefined;
  readonly #sleep: Surroundings["sleep"];
  readonly #running = new Set<Promise<void>>();
  #quiet: Promise<void> | undefined;

  constructor(
    { deleteLimit, sleep }: Pick<Surroundings, "deleteLimit" | "sleep">,
    private readonly ledger: RunLedger,
  ) {
    this.#limit = deleteLimit;
    this.#sleep = sleep;
  }

  /**
   * Runs a deletion if it is within the limit.
   *
   * @throws Error if it exceeds the limit.
   */
  async run(identity: Identity, deletion: () => Promise<void>): Promise<void> {
    this.ledger.record("deleting", identity);
    try {
      await this.#judged(identity, deletion);
    } catch (error) {
      this.ledger.record("deleteFailed", identity);
      throw error;
    }
  }

  async #judged(identity: Identity, deletion: () => Promise<void>): Promise<void> {
    if (this.#limit !== undefined) {
      this.#quiet ??= this.#untilQuiet();
      await this.#quiet;
      if (this.ledger.count("deleting") > this.#limit) {
        // The message reports the number of finished deletions.
        await Promise.allSettled(this.#running);
        throw new Error(explainLimit(identity.externalBusinessId, this.#limit, this.ledger.count("deleted")));
      }
    }
    const running = deletion();
    this.#running.add(running);
    await running;
  }

  async #untilQuiet(): Promise<void> {
    for (let known = -1; known < this.ledger.count("deleting"); ) {
      known = this.ledger.count("deleting");
      // If the operation is canceled, judge at once.
      await this.#sleep(quietMs).catch(() => {});
    }
  }
}

function soFar(deleted: number): string {
  if (deleted === 0) return "none was deleted, and none will be";
  return `${deleted} ${deleted === 1 ? "was" : "were"} deleted before that was known, and no more will be`;
}

function explainLimit(externalBusinessId: string, limit: number, deleted: number): string {
  return (
    `deleting integration '${externalBusinessId}': this update deletes more integrations than ` +
    `\`pinterest:deleteLimit\` (PINTEREST_DELETE_LIMIT) allows at a time, which is ${limit}; ${soFar(deleted)}. ` +
    "The limit is there for programs that declare what a query finds: one that comes back empty " +
    "would delete every merchant's connection. If all of them are to go, raise it for one run with the " +
    "environment variable, which wins over the configuration: `PINTEREST_DELETE_LIMIT=<number>`."
  );
}
