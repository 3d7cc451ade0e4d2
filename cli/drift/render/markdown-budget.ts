/** A part of a document that can be cut between its items. */
export interface Section {
  /** What its items are, in the plural, for the note on what was left out. */
  readonly things: string;
  readonly begin: string;
  readonly items: readonly string[];
  readonly end: string;
}

/** What the note on what was left out may take. */
const noteAtMost = 1000;

/**
 * Puts sections together within a number of bytes (UTF-8). The first sections have the precedence. What does not fit is
 * counted in a last paragraph, which `explain` makes.
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
