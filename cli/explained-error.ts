/** A failure whose message contains everything that its reader needs: what failed, why, and what to do next. */
export class ExplainedError extends Error {
  override name = "ExplainedError";
}
