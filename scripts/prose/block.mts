/** A piece of prose: a paragraph, a heading, a list item's text or a table cell. */
export interface Block {
  readonly text: string;
  readonly line: number;
}

export const linesIn = (text: string) => text.split("\n").length - 1;
