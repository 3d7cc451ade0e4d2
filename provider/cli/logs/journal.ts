import { readFileSync } from "node:fs";
import { z } from "zod";
import { replaceFile } from "../../pinterest/credentials/private-file";
import { CommandError } from "../command-error";
import type { Position } from "./line-splitter";
import type { Range } from "./ranges";

/** How many entries came to which end. */
export interface Counts {
  readonly sent: number;
  readonly rejected: number;
  readonly unknown: number;
}

/** Lines that did not go to Pinterest's log. Of many ranges only the first are kept, so that a journal stays small. */
export interface LeftOut {
  readonly rejected: readonly Range[];
  /** Passed over, since nobody knew whether Pinterest has recorded them. */
  readonly unknown: readonly Range[];
}

/** How far a file is sent. */
export interface Progress {
  /** Everything before this line is settled. */
  readonly position: Position;
  /** What is not settled of the lines up to `to`, which is not included; those of them that are not named are settled. */
  readonly pending?: { readonly to: number; readonly unknown: Range[]; readonly unsent: Range[] } | undefined;
  /** All runs together. */
  readonly counts: Counts;
  /** All runs together. */
  readonly leftOut: LeftOut;
  /** Whether the end of the file was reached. */
  readonly done: boolean;
}

/** What a journal belongs to. */
export interface Subject {
  readonly apiUrl: string;
  /** Null for the default account. */
  readonly account: string | null;
  /** How the file begins: so many bytes, and their SHA-256. */
  readonly begins: { readonly bytes: number; readonly sha256: string };
}

const number = z.int().min(0);
const range = z.tuple([number, number]);
const schema = z.strictObject({
  version: z.literal(1),
  of: z.literal("pulumi-pinterest logs send"),
  subject: z.strictObject({
    apiUrl: z.string(),
    account: z.string().nullable(),
    begins: z.strictObject({ bytes: number, sha256: z.string() }),
  }),
  progress: z.strictObject({
    position: z.strictObject({ line: z.int().min(1), offset: number }),
    pending: z.strictObject({ to: number, unknown: z.array(range), unsent: z.array(range) }).optional(),
    counts: z.strictObject({ sent: number, rejected: number, unknown: number }),
    leftOut: z
      .strictObject({ rejected: z.array(range), unknown: z.array(range) })
      .default({ rejected: [], unknown: [] }),
    done: z.boolean(),
  }),
});

/** What nothing was sent of yet. */
export const beginning: Progress = {
  position: { line: 1, offset: 0 },
  counts: { sent: 0, rejected: 0, unknown: 0 },
  leftOut: { rejected: [], unknown: [] },
  done: false,
};

/**
 * Reads a journal; undefined where there is none yet.
 *
 * @throws CommandError for a file that is none.
 */
export function readJournal(path: string): { subject: Subject; progress: Progress } | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CommandError(`the journal cannot be read: ${(error as Error).message}`);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new CommandError(
      `${path} is no journal of this command, or one of another version: name another file with --journal`,
    );
  }
}

/** Writes a journal, so that whatever happens the old or the new one is there. It holds nothing of the entries. */
export function writeJournal(path: string, subject: Subject, progress: Progress, durable: boolean): void {
  const journal = { version: 1, of: "pulumi-pinterest logs send", subject, progress };
  replaceFile(path, `${JSON.stringify(journal)}\n`, { durable });
}
