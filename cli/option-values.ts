import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";

/**
 * Parses a whole number.
 *
 * @throws InvalidArgumentError if the number is outside the range.
 */
export function integerFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Collects the values of an option that can be repeated. */
export function repeated(value: string, values: readonly string[]): string[] {
  return [...values, value];
}

/** Options that select a project and one of its stacks. */
export interface ProjectOptions {
  cwd: string;
  stack?: string;
}

export function withProjectOptions(command: Command): Command {
  return command
    .option("-C, --cwd <directory>", "the project's directory", ".")
    .option("-s, --stack <name>", "the stack (default: the selected one)");
}

/** Why a file cannot be written at a path, to fail before a long operation instead of after it. Undefined if no problem is known. */
export function problemWithPlace(path: string): string | undefined {
  const directory = dirname(resolve(path));
  if (!isDirectory(directory)) return `there is no directory ${directory}`;
  if (isDirectory(path)) return `${path} is a directory: name a file`;
  return undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
