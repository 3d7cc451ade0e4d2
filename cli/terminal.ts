import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where a command speaks: results go to standard output, everything said beside them to standard error. */
export interface Terminal {
  /** Whether somebody can be asked. */
  readonly interactive: boolean;
  /** Columns of standard output; undefined where it is no terminal. */
  readonly width: number | undefined;
  /** Prints a part of the result, and ends the line. */
  out(text: string): void;
  /** Says something beside the result. */
  note(text: string): void;
  /** Says how far something is: on a terminal in a line that the next one overwrites, elsewhere not at all. */
  progress(text: string): void;
  /** Gives a text of the result a colour, where standard output shows colours. */
  style(style: Style, text: string): string;
}

/** The terminal of this process. */
export function processTerminal(environment: NodeJS.ProcessEnv = process.env): Terminal {
  const { stdin, stdout, stderr } = process;
  let progressShown = false;
  const clearProgress = () => {
    if (progressShown) stderr.write("\r\u001b[K");
    progressShown = false;
  };
  return {
    interactive: stdin.isTTY === true && stderr.isTTY === true && !environment.CI,
    width: stdout.isTTY ? stdout.columns : undefined,
    out: (text) => {
      clearProgress();
      stdout.write(`${text}\n`);
    },
    note: (text) => {
      clearProgress();
      stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!stderr.isTTY) return;
      clearProgress();
      stderr.write(text.slice(0, (stderr.columns ?? 80) - 1));
      progressShown = true;
    },
    style: (style, text) => styleText(style, text, { stream: stdout }),
  };
}
