import { createHash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { CommandError } from "../command-error";
import type { Position } from "./line-splitter";

/** How many bytes of its beginning tell one file from another. */
const beginningBytes = 64 * 1024;

/** Where lines come from. */
export interface Source {
  /** Its length in bytes; undefined for a stream, of which that is not known and which cannot be read again. */
  readonly size: number | undefined;
  /** The beginning of the file, as long as it is, or as long as told. */
  begins(bytes?: number): { bytes: number; sha256: string };
  /** What follows a position. */
  read(from: Position): Readable;
}

/**
 * Opens a file, or standard input for `-`. A pipe, such as `<(zcat …)` gives, is a stream too.
 *
 * @throws CommandError that says why it cannot be read.
 */
export function openSource(name: string): Source {
  if (name === "-") return stream(() => process.stdin);
  let file: number;
  try {
    file = openSync(name, "r");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      code === "ENOENT"
        ? `there is no file ${name}: give a file of JSON lines, or - for standard input`
        : `${name} cannot be read: ${message}`,
    );
  }
  const stat = fstatSync(file);
  if (stat.isDirectory()) {
    closeSync(file);
    throw new CommandError(
      `${name} is a directory; allowed are a file of JSON lines, or - for standard input`,
    );
  }
  if (!stat.isFile()) return stream(() => createReadStream(name, { fd: file }));
  return {
    size: stat.size,
    begins: (bytes = Math.min(stat.size, beginningBytes)) => {
      const buffer = Buffer.alloc(bytes);
      const length = readSync(file, buffer, 0, bytes, 0);
      return { bytes, sha256: createHash("sha256").update(buffer.subarray(0, length)).digest("hex") };
    },
    read: ({ offset }) => {
      checkContinuation(file, offset);
      return createReadStream(name, { fd: file, start: offset });
    },
  };
}

function stream(read: () => Readable): Source {
  return { size: undefined, begins: () => ({ bytes: 0, sha256: "" }), read };
}

/** A last line without an end, which was sent as it was, may have gone on since. */
function checkContinuation(file: number, offset: number): void {
  if (offset === 0) return;
  const around = Buffer.alloc(3);
  const length = readSync(file, around, 0, 3, offset - 1);
  const [before, ...after] = around.subarray(0, length).toString("latin1");
  const rest = after.join("");
  if (before !== "\n" && rest !== "" && !/^\r?\n/.test(rest)) {
    throw new CommandError(
      "the last line that was sent has changed since: text was added to it where the file ended. Put what is new into a file of its own, or delete the journal to send the whole file",
    );
  }
}
