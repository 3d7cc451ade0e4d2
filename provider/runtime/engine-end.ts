/**
 * Has something done when the engine ends this process. It sends SIGINT to the process group, which is the provider's own and so hears
 * nothing of a Ctrl-C at the terminal, and kills after five seconds (plugin.go in Pulumi's Go SDK). All operations are over by
 * then.
 *
 * @param action settles in less than that; how it settles makes no difference.
 * @param end ends the process.
 */
export function beforeEngineEnds(
  action: () => Promise<void>,
  end: () => void,
  signals: Pick<NodeJS.Process, "once"> = process,
): void {
  signals.once("SIGINT", () => void action().then(end, end));
}

/** Actions to run before the process exits or an attached engine ends. */
export class ShutdownActions {
  #added: (() => Promise<void>)[] = [];
  #ran: Promise<unknown> = Promise.resolve();

  add(action: () => Promise<void>): void {
    this.#added.push(action);
  }

  /** Runs the actions that were added since the last time. Resolves when these and all earlier ones have ended, however they ended. */
  async run(): Promise<void> {
    const actions = this.#added;
    this.#added = [];
    this.#ran = Promise.allSettled([this.#ran, ...actions.map((action) => action())]);
    await this.#ran;
  }
}
