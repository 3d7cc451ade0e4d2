import type { Surroundings } from "./session";

/**
 * The first deletions wait until none has come for so many milliseconds. The engine sends as many at once as `--parallel` allows, but
 * writes its state before each one: that spaces them, and the more so the larger the state and the busier the machine.
 */
const quietMs = 500;

/**
 * Keeps one operation of the engine from deleting more integrations than the configuration allows: a program whose list of
 * merchants came back empty would otherwise delete them all. One object serves one process.
 *
 * The engine never says how many deletions are to come. Those that come before any is made are judged together, so that where they are
 * more than allowed none is sent; once some are made, each that follows is judged at once. One that fails counts too, since it may
 * have been done.
 */
export class DeleteLimit {
  readonly #limit: number | undefined;
  readonly #sleep: Surroundings["sleep"];
  readonly #running = new Set<Promise<void>>();
  #waiting: ((isAdmitted: boolean) => void)[] = [];
  #admitted = 0;
  #deleted = 0;
  #exceeded = false;

  constructor({ deleteLimit, sleep }: Pick<Surroundings, "deleteLimit" | "sleep">) {
    this.#limit = deleteLimit;
    this.#sleep = sleep;
  }

  /**
   * Runs a deletion, if it is within the limit.
   *
   * @throws Error for the deletion that goes beyond it, and every one after that.
   */
  async run(externalBusinessId: string, deletion: () => Promise<void>): Promise<void> {
    if (this.#limit === undefined) {
      return deletion();
    }
    if (!(await this.#admission())) {
      // Not before the number is final.
      await Promise.allSettled(this.#running);
      throw new Error(explainLimit(externalBusinessId, this.#limit, this.#deleted));
    }
    const running = deletion();
    this.#running.add(running);
    await running;
    this.#deleted += 1;
  }

  #admission(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#exceeded ||= this.#admitted + this.#waiting.length > Number(this.#limit);
      if (this.#exceeded || this.#admitted > 0) this.#judge();
      else this.#judgeWhenQuiet();
    });
  }

  #judgeWhenQuiet(): void {
    const gathered = this.#waiting.length;
    const judge = () => {
      if (gathered === this.#waiting.length) this.#judge();
    };
    // A wait that is ended with its operation is over: what others wait for has to be judged all the same.
    void this.#sleep(quietMs).then(judge, judge);
  }

  #judge(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (!this.#exceeded) this.#admitted += waiting.length;
    for (const resolve of waiting) resolve(!this.#exceeded);
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
