/** What a page that people write has of figures stands between two of these. */
export type Marks = readonly [begin: string, end: string];

/**
 * The page with other figures between its marks.
 * @throws Error when it has lost them
 */
export function withMarked(page: string, marks: Marks, figures: string): string {
  const [begin, end] = marks.map((mark) => page.indexOf(mark)) as [number, number];
  if (begin < 0 || end < begin)
    throw new Error(`the page has lost the marks between which its figures stand: ${marks.join(" and ")}`);
  return `${page.slice(0, begin + marks[0].length)}\n\n${figures}\n\n${page.slice(end)}`;
}
