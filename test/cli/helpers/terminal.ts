import type { Terminal } from "../../../cli/terminal";

/** A terminal that records its output, for tests. */
export interface RecordingTerminal extends Terminal {
  /** Standard output. */
  readonly output: () => string;
  /** Standard error, without progress. */
  readonly notes: () => string;
}

/** Creates a terminal without colors. Default: not interactive, and without a width. */
export function recordingTerminal(
  options: Partial<Pick<Terminal, "interactive" | "width">> = {},
): RecordingTerminal {
  const output: string[] = [];
  const notes: string[] = [];
  return {
    interactive: false,
    width: undefined,
    ...options,
    out: (text) => void output.push(text),
    note: (text) => void notes.push(text),
    progress: () => {},
    style: (_style, text) => text,
    output: () => output.map((line) => `${line}\n`).join(""),
    notes: () => notes.map((line) => `${line}\n`).join(""),
  };
}
