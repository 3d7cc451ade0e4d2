/** What the engine said, out of the dump that the Automation API makes an error of. */
export function engineMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // The dump holds what was printed twice.
  const errors = new Set(text.split("\n").filter((line) => line.startsWith("error: ")));
  return errors.size > 0 ? [...errors].join("\n") : (text.split("\n")[0] ?? text);
}
