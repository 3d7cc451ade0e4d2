import type { Terminal } from "../../../cli/terminal";

/** A terminal that keeps what was said, for tests. */
export interface KeptTerminal extends Terminal {
  /** Standard output. */
  readonly output: () => string;
  /** Standard error, without progress. */
  readonly notes: () => string;
}

/** Without colours, and with nobody to ask, unless told otherwise. */
export function keptTerminal(given: Partial<Pick<Terminal, "interactive" | "width">> = {}): KeptTerminal {
  const output: string[] = [];
  const notes: string[] = [];
  return {
    interactive: false,
    width: undefined,
    ...given,
    out: (text) => void output.push(text),
    note: (text) => void notes.push(text),
    progress: () => {},
    style: (_style, text) => text,
    output: () => output.map((line) => `${line}\n`).join(""),
    notes: () => notes.map((line) => `${line}\n`).join(""),
  };
}
