import type { AddHelpTextContext } from "commander";
import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";

/** Width of help that is not printed to a terminal, as commander uses it. */
const defaultWidth = 80;
/** Longer lines are hard to read, even if the terminal has space. */
const widestLine = 120;
/** Minimum width of the texts of a list, even on a narrow terminal. */
export const narrowestText = 20;

/** Width of the lines of help. @param columns width of the terminal; undefined if it is not one */
export function helpWidth(columns: number | undefined): number {
  return Math.min(columns ?? defaultWidth, widestLine);
}

/** A text for `addHelpText` that fits into the width of the command's output. */
export function fitted(text: string): (context: AddHelpTextContext) => string {
  return ({ command, error }) => {
    const { getOutHelpWidth, getErrHelpWidth } = command.configureOutput();
    return wrapHelp(text, (error ? getErrHelpWidth : getOutHelpWidth)?.() ?? defaultWidth);
  };
}

/** Lines of a list in help: a column of labels that is as wide as the longest one, and their texts. */
export function labelLines(entries: readonly (readonly [label: string, text: string])[]): string {
  const width = Math.max(...entries.map(([label]) => stringWidth(label)));
  return entries.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`).join("\n");
}

/** An indented line: its beginning up to the text (`  1. ` or `  label   `), and the text. */
const indentedLine = /^( +(?:\d+\. |\S+(?: \S+)* {2,})?)(.+)$/;

/**
 * Wraps a help text. Lines without indentation form paragraphs, which empty and indented lines end. The further lines of an indented line
 * stand below its text. Commands (`$ …`) and JSON stay in one line, so that they can be copied.
 *
 * Example: with a width of 30, "  sent    number of accepted entries" becomes "  sent    number of accepted" and "          entries".
 */
function wrapHelp(text: string, width: number): string {
  return text
    .replaceAll(/(?<=^\S.*)\n(?=\S)/gm, " ")
    .split("\n")
    .map((line) => {
      const [, start = "", content = line] = indentedLine.exec(line) ?? [];
      if (/^ +[${]/.test(line)) return line;
      const lines = wrapAnsi(content, Math.max(width - start.length, narrowestText)).split("\n");
      return start + lines.join(`\n${" ".repeat(start.length)}`);
    })
    .join("\n");
}
