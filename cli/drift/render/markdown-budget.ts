/** A section that can be shortened between its items. */
export interface Section {
  /** The plural name of its items, for the note about omitted ones. */
  readonly things: string;
  readonly begin: string;
  readonly items: readonly string[];
  readonly end: string;
}

/** Space for the note about omitted items. */
const noteAtMost = 1000;

/**
 * Joins sections within a number of bytes (UTF-8). Earlier sections have priority. `explain` writes a last paragraph with the numbers of
 * omitted items.
 */
export function within(
  limit: number,
  head: string,
  sections: readonly Section[],
  explain: (leftOut: readonly string[]) => string,
): string {
  let room = limit - noteAtMost - Buffer.byteLength(head);
  const parts = [head];
  const leftOut: string[] = [];
  for (const { things, begin, items, end } of sections) {
    const frame = Buffer.byteLength(begin) + Buffer.byteLength(end);
    const kept: string[] = [];
    let used = frame;
    for (const item of items) {
      used += Buffer.byteLength(item) + 1;
      if (used > room) break;
      kept.push(item);
    }
    if (kept.length > 0) {
      const text = `${begin}${kept.join("\n")}${end}`;
      parts.push(text);
      room -= Buffer.byteLength(text);
    }
    if (kept.length < items.length) {
      leftOut.push(`${items.length - kept.length} ${things}`);
    }
  }
  return `${parts.join("")}${leftOut.length > 0 ? explain(leftOut) : ""}`;
}
