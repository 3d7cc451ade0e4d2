import { randomUUID } from "node:crypto";
import type { Terminal } from "./terminal";
import { shorten, withJsonEscapes } from "./text/visible";

/** Longest line of a note, in characters. Longer lines are values, such as a message of a program. */
const noteLineAtMost = 5_000;

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
    note: (text) => terminal.note(bounded(printed(text))),
    progress: (text) => terminal.progress(printed(text).replaceAll("\n", " ")),
    style: (style, text) => terminal.style(style, printed(text)).replaceAll("\u001b", styleMark),
  };
}

function printed(text: string): string {
  return withJsonEscapes(text.replaceAll("\r\n", "\n").replaceAll("\t", "    "));
}

function bounded(text: string): string {
  return text
    .split("\n")
    .map((line) => shorten(line, noteLineAtMost))
    .join("\n");
}
