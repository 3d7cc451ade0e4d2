import type { Readable } from "node:stream";
import { entryOfLine, rejectedLine } from "./entry-of-line";
import { LineSplitter } from "./line-splitter";
import type { RejectedLine } from "./rejections";

/** Checks the lines of a file and sends nothing. Returns how many entries there are, and how many of them would not be sent. */
export async function checkLines(
  chunks: Readable,
  reject: (rejected: RejectedLine) => void,
): Promise<{ checked: number; rejected: number }> {
  const splitter = new LineSplitter({ line: 1, offset: 0 });
  const counts = { checked: 0, rejected: 0 };
  const check = (lines: ReturnType<LineSplitter["push"]>) => {
    for (const line of lines) {
      const content = entryOfLine(line);
      if (content.kind === "blank") continue;
      counts.checked += 1;
      if (content.kind === "entry") continue;
      counts.rejected += 1;
      reject(rejectedLine(line, content));
    }
  };
  for await (const chunk of chunks) check(splitter.push(chunk as Buffer));
  check(splitter.end());
  return counts;
}
