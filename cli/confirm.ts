import { createInterface } from "node:readline/promises";

/** Asks for confirmation. Any answer except yes is a no, and so is Ctrl-C. Only for interactive terminals. */
export async function confirm(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  // Standard output is for results.
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    const answer = await Promise.race([lines.question(`${question} (yes/no) `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
