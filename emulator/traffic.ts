import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** The environment variable with the directory for observations. Without it, none are stored. */
export const TRAFFIC_VARIABLE = "PINTEREST_EMULATOR_TRAFFIC";

/** Stores observations of a client's requests. The User-Agent header names the client. */
export type Recorder = (userAgent: string | undefined, cells: readonly string[]) => void;

const recorders = new Map<string, Recorder>();

/**
 * Keeps observations in files of a directory, one a line: for each process and each client (`pulumi-pinterest`, for
 * instance) a file whose name begins with that of the client, with each observation once. They are written as they
 * are made, so that a process which is killed leaves them behind. All emulators of a process share the files.
 */
export function trafficRecorder(directory: string): Recorder {
  const present = recorders.get(directory);
  if (present) return present;
  mkdirSync(directory, { recursive: true });
  const suffix = `${process.pid}-${randomBytes(6).toString("hex")}.txt`;
  const seen = new Map<string, Set<string>>();
  const record: Recorder = (userAgent, cells) => {
    const [client = "unnamed"] = /^[a-z-]+/i.exec(userAgent ?? "") ?? [];
    const known = seen.get(client) ?? new Set();
    seen.set(client, known);
    const fresh = cells.filter((cell) => !known.has(cell));
    if (fresh.length === 0) return;
    for (const cell of fresh) known.add(cell);
    appendFileSync(join(directory, `${client}-${suffix}`), fresh.map((cell) => `${cell}\n`).join(""));
  };
  recorders.set(directory, record);
  return record;
}
