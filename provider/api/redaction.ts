import { createLogRedactor, createRedactor, type Redact } from "./redact";

/** What takes the secrets of a request out of what its answer says, and out of its lines in the debug log. */
export interface Redactors {
  readonly redact: Redact;
  readonly redactLog: Redact;
}

/** The redactors of one client's requests. Most hold no secret but the token: theirs are made once for each token. */
export class Redaction {
  #latest: { readonly token: string; readonly redactors: Redactors } | undefined;

  /** @param hidden further values that must not be shown. */
  of(token: string, hidden: readonly string[]): Redactors {
    if (hidden.length > 0) return redactorsOf([token, ...hidden]);
    if (this.#latest?.token !== token) this.#latest = { token, redactors: redactorsOf([token]) };
    return this.#latest.redactors;
  }
}

function redactorsOf(values: readonly string[]): Redactors {
  return { redact: createRedactor(values), redactLog: createLogRedactor(values) };
}
