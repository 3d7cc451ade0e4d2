import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** The output of a command: results on standard output, everything else on standard error. */
export interface Terminal {
  /** Whether the user can be asked. */
  readonly interactive: boolean;
  /** Columns of standard output; undefined if it is not a terminal. */
  readonly width: number | undefined;
  /** Prints a part of the result and a line end. */
  out(text: string): void;
  /** Prints a message to standard error. */
  note(text: string): void;
  /** Prints progress: in a terminal in a line that the next one overwrites, elsewhere not at all. */
  progress(text: string): void;
  /** Colors a part of the result, if standard output supports colors. */
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
