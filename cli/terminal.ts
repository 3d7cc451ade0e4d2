import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import { shorten, withJsonEscapes } from "../provider/base/visible";
import { UsageError } from "../stack/command-error";

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
  /** Prints progress: in a terminal in a line that the next one overwrites, elsewhere a line each minute. */
  progress(text: string): void;
  /** Colors a part of the result, if standard output supports colors. */
  style(style: Style, text: string): string;
}

/** Time between two lines of progress if standard error is not a terminal. */
const progressLineEveryMs = 60_000;

export function processTerminal(environment: NodeJS.ProcessEnv): Terminal {
  const { stdin, stdout, stderr } = process;
  let progressShown = false;
  let lastLineAt = performance.now();
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
      if (!stderr.isTTY) {
        if (performance.now() - lastLineAt < progressLineEveryMs) return;
        lastLineAt = performance.now();
        stderr.write(`${text}\n`);
        return;
      }
      clearProgress();
      stderr.write(text.slice(0, (stderr.columns ?? 80) - 1));
      progressShown = true;
    },
    style: (style, text) => styleText(style, text, { stream: stdout }),
  };
}

/** Number of characters of the longest line of a note. Longer lines are values, such as a message of a program. */
const longestNoteLine = 5_000;

/**
 * A terminal that prints only visible characters, line ends and its own styles, so that strings from outside cannot send commands to it.
 * The escapes are those of JSON, so that JSON documents stay valid.
 */
export function visibleTerminal(terminal: Terminal): Terminal {
  // Strings from outside cannot contain a random string, so each mark comes from `style`.
  const styleMark = `\0${randomUUID()}`;
  return {
    interactive: terminal.interactive,
    width: terminal.width,
    out: (text) => terminal.out(text.split(styleMark).map(printed).join("\u001b")),
    note: (text) => {
      const lines = printed(text).split("\n");
      terminal.note(lines.map((line) => shorten(line, longestNoteLine)).join("\n"));
    },
    progress: (text) => terminal.progress(printed(text).replaceAll("\n", " ")),
    style: (style, text) => terminal.style(style, printed(text)).replaceAll("\u001b", styleMark),
  };
}

function printed(text: string): string {
  return withJsonEscapes(text.replaceAll("\r\n", "\n").replaceAll("\t", "    "));
}

/** Asks the user a question, and returns whether the answer is yes. */
export type Confirm = (question: string) => Promise<boolean>;

/**
 * Checks before a long operation whether the user can confirm it.
 *
 * @param what the command or option that asks.
 * @throws UsageError if nobody can be asked.
 */
export function assertConfirmable(what: string, yes: true | undefined, { interactive }: Terminal): void {
  if (yes || interactive) return;
  throw new UsageError(
    `${what} asks for confirmation, but this is not an interactive terminal. To write without confirmation, add --yes.`,
  );
}

/** Asks for confirmation, which is `y` or `yes`. Any other answer, and Ctrl-C, count as no. Only for interactive terminals. */
export async function confirm(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  // Standard output is for results.
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    const answer = await Promise.race([lines.question(`${question} (yes/no) `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** Asks whether an operation may write: call it without --yes. If the answer is no, prints that nothing was written. */
export async function confirmWrite(
  question: string,
  terminal: Pick<Terminal, "note">,
  confirmed: Confirm = confirm,
): Promise<boolean> {
  const isAllowed = await confirmed(question);
  if (!isAllowed) terminal.note("Nothing was written.");
  return isAllowed;
}

/** The terminal of a command, and its environment, which the engines inherit that it runs. */
export interface CommandIo {
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Makes the action of a subcommand from a function that is loaded on first use. The function gets commander's arguments and options, and a
 * {@link CommandIo}. It returns the exit code, or nothing for success, and throws a CommandError for expected failures.
 */
export type Run = (
  load: () => Promise<(...given: never[]) => unknown>,
) => (...given: unknown[]) => Promise<void>;
