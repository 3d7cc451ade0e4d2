import { existsSync, readFileSync } from "node:fs";
import { replaceFiles } from "../../pinterest/replace-files";
import { CommandError } from "../command-error";
import { problemWithPlace } from "../output-place";
import { counted } from "../text/counted";
import { firstOf, listed } from "../text/listed";

/** A file that a command writes. */
export interface OutputFile {
  readonly path: string;
  /** The path as it was given, for messages. */
  readonly shown: string;
  readonly text: string;
  /** Whether it holds secrets, so that it is readable for its owner only. */
  readonly secret: boolean;
}

type Place = Pick<OutputFile, "path" | "shown">;

/** @throws CommandError where no file can be put. */
export function assertPossible(places: readonly Place[]): void {
  for (const { path, shown } of places) {
    const problem = problemWithPlace(path);
    if (problem !== undefined) throw new CommandError(`${shown} cannot be written: ${problem}`);
  }
}

/** @throws CommandError that names the files that are there already. */
export function assertAbsent(places: readonly Place[]): void {
  const present = places.filter(({ path }) => existsSync(path));
  if (present.length > 0) {
    throw new CommandError(
      `${listed(present.map(({ shown }) => shown))} ${present.length === 1 ? "exists" : "exist"} already, and nothing was written: ` +
        "name other files with --file and --program, or replace them with --overwrite",
    );
  }
}

/** Which of these resources' names a program speaks of; none where there is no such file. */
export function declaredIn(path: string, names: readonly string[]): string[] {
  if (names.length === 0 || !existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  return names.filter((name) => text.includes(JSON.stringify(name)));
}

/**
 * A program that declares what a stack manages is not to be replaced by one that does not: the next update would delete it.
 *
 * @param managed names of the resources that the stack manages.
 * @throws CommandError
 */
export function assertNotInUse({ path, shown }: Place, managed: readonly string[]): void {
  const declared = declaredIn(path, managed);
  if (declared.length > 0) {
    throw new CommandError(
      `${shown} declares ${counted(declared.length, "integration")} that the stack manages (${firstOf(declared, 3)}), ` +
        "so it is not replaced, since the next `pulumi up` would delete them at Pinterest: name another file with --program, and add it to the program too",
    );
  }
}

/**
 * Writes files as wholes, and all or, as far as the machine lets it, none.
 *
 * @throws CommandError with the reason of the machine.
 */
export function writeFiles(files: readonly OutputFile[]): void {
  try {
    replaceFiles(files.map(({ path, text, secret }) => ({ path, text, ...(secret ? { mode: 0o600 } : {}) })));
  } catch (error) {
    throw new CommandError(`the files cannot be written: ${(error as Error).message}`);
  }
}
