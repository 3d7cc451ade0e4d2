/** The same in another order: begun by each of them in turn, so that nobody always comes first, or always after the same one. */
export function rotated<T>(values: readonly T[], by: number): T[] {
  const start = by % values.length;
  return [...values.slice(start), ...values.slice(0, start)];
}
