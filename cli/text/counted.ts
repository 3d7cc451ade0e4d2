/** A number for people: `1,250`. */
export function figure(count: number): string {
  return count.toLocaleString("en-US");
}

/** A number of things: `1 account`, `1,250 accounts`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${figure(count)} ${count === 1 ? noun : plural}`;
}
