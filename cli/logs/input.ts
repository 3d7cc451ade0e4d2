import { closeSync, createReadStream, fstatSync, openSync, type ReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { CommandError } from "../command-error";

/** Limit of a line's length, in bytes. An entry has at most one million. */
export const maxLineBytes = 8 * 1024 * 1024;

export interface Input {
  readonly stream: Readable;
  /** How much of the file was read, such as ", 40 %"; an empty string for a pipe. */
  readonly percentRead: () => string;
}

/**
 * Opens a file, or standard input for `-`.
 *
 * @throws CommandError with the reason.
 */
export function openInput(name: string): Input {
  if (name === "-") return { stream: process.stdin, percentRead: () => "" };
  const advice = "Give a file of JSON lines, or - for standard input.";
  let fd: number;
  try {
    fd = openSync(name, "r");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      `cannot read ${name}: ${code === "ENOENT" ? "the file does not exist" : message}. ${advice}`,
    );
  }
  const stat = fstatSync(fd);
  if (stat.isDirectory()) {
    closeSync(fd);
    throw new CommandError(`cannot read ${name}: it is a directory. ${advice}`);
  }
  const stream: ReadStream = createReadStream(name, { fd });
  const percentRead = () => (stat.isFile() ? `, ${Math.floor((100 * stream.bytesRead) / stat.size)} %` : "");
  return { stream, percentRead };
}

/** A line without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Undefined if the line is longer than {@link maxLineBytes}. */
  readonly bytes: Buffer | undefined;
}

const lineFeed = 0x0a;

/**
 * Splits an input into lines, and keeps at most one of them in memory. This is not node:readline, which keeps a line of any length, also ends
 * lines at U+2028 and U+2029 inside JSON strings, and replaces bytes that are not UTF-8.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;
  const append = (part: Buffer) => {
    length += part.length;
    if (length <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  const takeLine = (): Line => {
    const bytes = length <= maxLineBytes ? Buffer.concat(parts) : undefined;
    parts = [];
    length = 0;
    number += 1;
    return { number, bytes };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      append(chunk.subarray(start, end));
      yield takeLine();
      start = end + 1;
    }
    append(chunk.subarray(start));
  }
  if (length > 0) yield takeLine();
}
