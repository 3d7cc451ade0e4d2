import { engineMessage } from "../stack/engine";

/** The engine's errors in one line. It often prints the same error twice. */
export function engineSays(error: unknown): string {
  const lines = engineMessage(error)
    .split("\n")
    .map((line) => line.replace(/^error: /, "").trim());
  return [...new Set(lines)].filter((line) => line !== "").join("; ");
}
