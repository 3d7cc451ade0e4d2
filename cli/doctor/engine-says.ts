import { engineMessage } from "../stacks/engine-message";

/** What the engine complains of, in one line; it often says the same twice. */
export function engineSays(error: unknown): string {
  const lines = engineMessage(error)
    .split("\n")
    .map((line) => line.replace(/^error: /, "").trim());
  return [...new Set(lines)].filter((line) => line !== "").join("; ");
}
