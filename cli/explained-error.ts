/** A failure whose message says all to who has to mend it: which value, what is allowed, what to do next. */
export class ExplainedError extends Error {
  override name = "ExplainedError";
}
