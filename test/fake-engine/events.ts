// What a deployment reports: the step events of pkg/engine/events.go, and the errors of the engine with the texts that it prints for them.
import { type Checked, ProviderError } from "./provider";
import { nameOf, type Resource, typeIn } from "./state";
import type { Bag, PropertyDifference } from "./values";

/** A planned step, or a deletion. */
export interface StepEvent {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff: Record<string, PropertyDifference> | null;
  /** The resource's inputs after the step, with the marks of secrets and unknown values. */
  readonly inputs: Bag;
}

export class Events {
  readonly steps: StepEvent[] = [];
  /** Whether a refresh found a difference from state. */
  foundRefreshChanges = false;
  /** Resources that were removed from state without a call to their provider, because of `deletedWith`. */
  readonly abandoned: Resource[] = [];

  step(op: string, urn: string, inputs: Bag, detailedDiff: StepEvent["detailedDiff"] = null): void {
    const differs = detailedDiff !== null && Object.keys(detailedDiff).length > 0;
    this.steps.push({ op, urn, inputs, detailedDiff: differs ? detailedDiff : null });
  }
}

/** The deployment has stopped after a failure. Like the engine's, the monitor responds with gRPC's status UNAVAILABLE. */
export class Terminated extends Error {}

/** The engine and its provider processes were killed, so that the result of a call does not reach state. */
export class Killed extends Terminated {}

/** A resource whose registration failed in a deployment that continues on errors. */
export class FailedResource extends Error {}

/** A failed deletion of a protected resource. The engine continues with the others. */
export class Protected extends Error {}

/** A case that the fake engine lacks. It ends the test, because a failure of a resource could be what the test expects. */
export class Unsupported extends Error {
  constructor(what: string) {
    super(`unsupported: ${what}; test it on the real engine`);
  }
}

/** Whether a deployment continues with other resources after an error, and does not count it as a failure. */
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
