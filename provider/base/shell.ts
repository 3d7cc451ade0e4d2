import { resolve } from "node:path";
import { escapeHidden, visible } from "./visible";
import { asCode } from "./words";

/** One word of a command line, quoted for a POSIX shell if necessary. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Like {@link shellWord}, for untrusted strings. With invisible characters, it is an expression: `"$(printf 'two\012lines')"`. An expression
 * loses line ends at the end of the string, so such a string is quoted for bash, zsh and POSIX 2024: `$'line\012'`.
 */
export function visibleShellWord(text: string): string {
  if (visible(text) === text) return shellWord(text);
  // Interactive shells replace exclamation marks in double quotes.
  const format = text.replace(/^-|[%\\'!]/g, octal);
  const escaped = escapeHidden(format, (_code, character) => octal(character));
  return text.endsWith("\n") ? `$'${escaped}'` : `"$(printf '${escaped}')"`;
}

/** A character as the escapes of its bytes in a format of printf: `\303\251` for é. */
function octal(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

/** An option of a printed command. */
function shellOption(name: string, value: string): string {
  return value.startsWith("-") ? `${name}=${visibleShellWord(value)}` : `${name} ${visibleShellWord(value)}`;
}

/** The stack of a printed command. */
export interface CommandStack {
  /** The project's directory, as the user gave it. */
  readonly directory: string;
  /** Omitted for the selected stack of the directory. */
  readonly name?: string | undefined;
  /** Whether it is the selected stack of the directory. */
  readonly isSelected?: boolean;
}

/**
 * The options that a printed command of `pulumi` or of this package needs to find its stack from the current directory, each after a
 * space; an empty string for the selected stack of the current directory.
 */
export function stackOptions({ directory, name, isSelected = false }: CommandStack): string {
  const isHere = resolve(directory) === process.cwd();
  const options = [
    ...(isHere ? [] : [shellOption("--cwd", directory)]),
    ...(name === undefined || (isHere && isSelected) ? [] : [shellOption("--stack", name)]),
  ];
  return options.map((option) => ` ${option}`).join("");
}

/** A command for each of several stacks, as code in a sentence. */
export function commandsOn(stacks: readonly CommandStack[], command: string): string {
  return asCode(stacks.map((stack) => `${command}${stackOptions(stack)}`));
}
