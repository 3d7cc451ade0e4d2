import type { Terminal } from "../../../cli/terminal";

/** A terminal that records its output, for tests. */
export interface KeptTerminal extends Terminal {
  /** Standard output. */
  readonly output: () => string;
  /** Standard error, without progress. */
  readonly notes: () => string;
}

/** Without colors. By default without a user who can be asked. */
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
