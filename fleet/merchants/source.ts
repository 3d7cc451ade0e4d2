import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { FleetError } from "../fleet-error";
import { type Entry, entriesOf, type ListFormat } from "./entries";

const formats: Readonly<Record<string, ListFormat>> = {
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".csv": "csv",
};

function unreadable(code: string): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return `the file does not exist. Relative paths start at ${process.cwd()}`;
    case "EISDIR":
      return "it is a directory. Name a file";
    case "EACCES":
    case "EPERM":
      return "permission denied. Let this user read it";
    default:
      return code;
  }
}

/** The entries of a file, one by one. @throws FleetError if it cannot be read. The caller must then discard the earlier entries. */
export async function* fileEntries(
  path: string,
  format = formats[extname(path).toLowerCase()],
): AsyncGenerator<Entry> {
  if (format === undefined) {
    throw new FleetError(
      `unknown format of the merchant list ${path}. Rename it to end in .jsonl (one object per line) or .csv, or add --format`,
    );
  }
  const stream = createReadStream(path);
  try {
    yield* entriesOf(stream, format);
  } catch (error) {
    const { code = "", syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new FleetError(`cannot read the merchant list ${path}: ${unreadable(code)}`);
  } finally {
    stream.destroy();
  }
}

/** The entries of the list that a program prints, one by one. Runs the program without a shell. Throws like {@link fileEntries}. */
export async function* commandEntries(
  [program, ...args]: readonly [string, ...string[]],
  format: ListFormat = "jsonl",
): AsyncGenerator<Entry> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(`cannot be run: ${(error as NodeJS.ErrnoException).code}`));
    child.on("close", (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  const assertSucceeded = async () => {
    const failure = await ended;
    if (failure !== undefined) {
      throw new FleetError(`the command of the merchant list, ${program}, ${failure}. Nothing was changed`);
    }
  };
  const list = child.stdout as Readable;
  try {
    yield* entriesOf(list, format);
    // A list that ends early because its command failed would delete the integrations of all merchants that it lacks.
    await assertSucceeded();
  } catch (error) {
    // If the command failed, its partial or empty output is the reason for this parse error: report the failed command instead.
    // While the output has not ended, the command may never exit, so do not wait for it.
    if (list.readableEnded) await assertSucceeded();
    throw error;
  } finally {
    child.kill();
  }
}
