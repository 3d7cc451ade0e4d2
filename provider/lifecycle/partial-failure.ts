import type { Outputs } from "./bags";

/**
 * A write that failed although Pinterest holds, or may hold, something of it. The engine keeps `outputs`, shows the
 * message, and has the next update repair the resource. `outputs` must claim no more than Pinterest is known to hold.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";

  constructor(
    message: string,
    readonly outputs: Outputs,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
