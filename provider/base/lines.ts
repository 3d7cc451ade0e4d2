import type { Readable } from "node:stream";

/**
 * The lines of a stream. Drops most of a line that is longer than `atMost` characters. A `\r` before a line end remains. `node:readline` has
 * no such limit, and splits at U+2028 and U+2029, which JSON strings can contain.
 */
export async function* linesOf(input: Readable, atMost = Number.POSITIVE_INFINITY): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of input.setEncoding("utf8") as AsyncIterable<string>) {
    if (rest.length > atMost && !chunk.includes("\n")) continue;
    const lines = `${rest}${chunk}`.split("\n");
    rest = (lines.pop() ?? "").slice(0, atMost + 1);
    yield* lines;
  }
  if (rest !== "") yield rest;
}
