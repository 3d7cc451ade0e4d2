import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { defined } from "../../provider/base/bag";
import type { Dialect, Entry } from "./literals";

/** A file with declarations of integrations. */
export interface SourceFile {
  readonly path: string;
  /** The path for messages. */
  readonly shown: string;
  readonly text: string;
}

/** The declaration of an integration by literals. */
export interface Declaration {
  readonly file: SourceFile;
  readonly start: number;
  /** The arguments, of which some may be computed. */
  readonly entries: readonly Entry[];
  readonly dialect: Dialect;
  /** The value of an argument as the program gets it. @default the literal's value */
  readonly argumentOf?: (name: string, value: unknown) => unknown;
}

/** Why a declaration cannot be edited, and its place if there is one. */
export interface Refusal {
  readonly reason: string;
  readonly file?: SourceFile;
  readonly start?: number;
}

export type Found = Declaration | Refusal;

/** The files with declarations of integrations. */
export interface Source {
  readonly files: readonly SourceFile[];
  /** The declarations in a file, by the resource's name. @throws Error if the file is not valid. */
  readonly read: (file: SourceFile) => readonly (readonly [name: string, found: Found])[];
  /** Why an integration without a declaration cannot be edited. */
  readonly missing: string;
}

/** Finds the only declaration of an integration in the source's files, or in new versions of them. */
export function finderIn({ read, missing }: Source, files: readonly SourceFile[]): (name: string) => Found {
  const byName = Map.groupBy(files.flatMap(read), ([name]) => name);
  return (name) => {
    const [first, second] = byName.get(name) ?? [];
    if (first === undefined) return { reason: missing, ...(files[0] && { file: files[0] }) };
    if (second === undefined) return first[1];
    const { file, start } = first[1];
    return { reason: "it is declared several times", ...defined({ file, start }) };
  };
}

/** A source of which nothing can be edited. */
export function refusingSource(missing: string): Source {
  return { files: [], read: () => [], missing };
}

/**
 * Reads a file.
 *
 * @throws the error of the file system; Error if the text is not UTF-8, because writing would change it.
 */
export function readSource(path: string, shown = relative(process.cwd(), path)): SourceFile {
  const bytes = readFileSync(path);
  if (!isUtf8(bytes)) throw new Error(`${shown} is not UTF-8`);
  return { path, shown, text: bytes.toString("utf8") };
}
