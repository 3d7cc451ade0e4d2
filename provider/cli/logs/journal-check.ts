import { accountInWords } from "../../pinterest/credentials/notices";
import { CommandError } from "../command-error";
import { beginning, type Progress, readJournal, type Subject } from "./journal";
import type { Source } from "./source";

/** A journal's file, and what it is asked for. */
export interface JournalQuestion {
  readonly path: string;
  readonly file: string;
  readonly source: Source;
  readonly subject: Omit<Subject, "begins">;
}

/**
 * How far a file is sent, by its journal, and what that journal belongs to.
 *
 * @throws CommandError where it is another file's, another account's or another Pinterest's.
 */
export function progressOf({ path, file, source, subject }: JournalQuestion): {
  subject: Subject;
  progress: Progress;
} {
  const kept = readJournal(path);
  if (kept === undefined) return { subject: { ...subject, begins: source.begins() }, progress: beginning };
  const { begins, account, apiUrl } = kept.subject;
  const elsewhere = `name another journal with --journal, or delete ${path} to send the whole file`;
  const { offset } = kept.progress.position;
  if (source.begins(begins.bytes).sha256 !== begins.sha256 || offset > (source.size ?? 0)) {
    throw new CommandError(
      `the journal ${path} is of another file than ${file}, which begins differently or is shorter; ${elsewhere}`,
    );
  }
  if (account !== subject.account) {
    throw new CommandError(
      `the journal ${path} says that the file was sent for ${accountInWords(account ?? undefined)}, and this run is for ${accountInWords(subject.account ?? undefined)}; ${elsewhere}`,
    );
  }
  if (apiUrl !== subject.apiUrl) {
    throw new CommandError(
      `the journal ${path} says that the file was sent to ${apiUrl}, and this run is for ${subject.apiUrl}; ${elsewhere}`,
    );
  }
  return kept;
}
