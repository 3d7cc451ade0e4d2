import type { Identity, RunLedger } from "./ownership";
import type { Surroundings } from "./session";

/**
 * The first deletions wait until no other is requested for this time, in milliseconds. The engine requests as many at once as `--parallel`
 * allows, but writes its state before each one, which takes longer with a large state on a busy machine.
 */
const quietMs = 500;

/**
 * Keeps one run of the engine from deleting more integrations than the configuration allows, in all provider processes. The engine never
 * reports how many deletions follow, so each process judges its first deletions together, and later ones when they are requested. It cannot
 * stop earlier deletions of another process. A failed deletion counts too, because Pinterest may have carried it out.
 */
export class DeleteLimit {
  readonly #running = new Set<Promise<void>>();
  #quiet: Promise<void> | undefined;

  constructor(
    private readonly surroundings: Pick<Surroundings, "deleteLimit" | "sleep">,
    private readonly ledger: RunLedger,
  ) {}

  /** Runs a deletion. @throws Error if it exceeds the limit. */
  async run(identity: Identity, deletion: () => Promise<void>): Promise<void> {
    const { ledger } = this;
    const limit = this.surroundings.deleteLimit;
    ledger.record("deleting", identity);
    try {
      if (limit !== undefined) {
        this.#quiet ??= this.#untilQuiet();
        await this.#quiet;
        if (ledger.count("deleting") > limit) {
          // The message reports the number of finished deletions.
          await Promise.allSettled(this.#running);
          throw new Error(explainLimit(identity.externalBusinessId, limit, ledger.count("deleted")));
        }
      }
      const running = deletion();
      this.#running.add(running);
      await running;
    } catch (error) {
      ledger.record("released", identity);
      throw error;
    }
  }

  async #untilQuiet(): Promise<void> {
    for (let known = -1; known < this.ledger.count("deleting"); ) {
      known = this.ledger.count("deleting");
      // If the operation is canceled, judge at once.
      await this.surroundings.sleep(quietMs).catch(() => {});
    }
  }
}

function explainLimit(externalBusinessId: string, limit: number, deleted: number): string {
  const some = `${deleted} ${deleted === 1 ? "was" : "were"} deleted before that was known, and no more will be`;
  return (
    `deleting integration '${externalBusinessId}': this update deletes more integrations than \`pinterest:deleteLimit\` ` +
    `(PINTEREST_DELETE_LIMIT) allows at a time, which is ${limit}; ${deleted === 0 ? "none was deleted, and none will be" : some}. ` +
    "The limit protects programs that declare what a query returns: an empty result would delete every merchant's connection. " +
    "If you want to delete all of them, set the environment variable `PINTEREST_DELETE_LIMIT=<number>` for one command. It overrides the configuration."
  );
}
