import { type Checked, ProviderError } from "./provider";
import { nameOf, typeIn } from "./state";
import type { Bag } from "./values";

/** The operation has stopped after a failure. Like the engine's, the monitor responds with gRPC's status UNAVAILABLE. */
export class Terminated extends Error {}

/** The engine and its provider processes were killed, so that the result of a call does not reach state. */
export class Killed extends Terminated {}

/** A resource whose registration failed in an operation that continues on errors. */
export class FailedResource extends Error {}

/** A failed deletion of a protected resource. The engine continues with the others. */
export class Protected extends Error {}

export function isAwaiting(error: unknown): boolean {
  return error instanceof ProviderError && error.isAwaiting;
}

/** The problems that a check of a resource found. */
class CheckFailures extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** Like the engine, includes a property's value if the provider names the property (sdk/go/common/diag/errors.go). */
export function failOn(urn: string, problems: Checked["problems"], news: Bag): void {
  const resource = `${typeIn(urn)} resource '${nameOf(urn)}'`;
  const texts = problems.map(({ property, reason }) =>
    property === ""
      ? `${resource} has a problem: ${reason}`
      : `${resource}: property ${property} value ${JSON.stringify(news[property])} has a problem: ${reason}`,
  );
  if (texts.length > 0) throw new CheckFailures(texts);
}

/** The messages that the engine prints for a failure. */
export function messagesOf(error: Error): readonly string[] {
  if (error instanceof CheckFailures) return error.problems;
  if (error instanceof ProviderError && error.partial !== undefined) {
    const reasons = error.partial.reasons.map((reason) => `\t* ${reason}`);
    return [`${reasons.length} error occurred:\n${reasons.join("\n")}`];
  }
  return [error.message];
}
