// The records of engine runs, which the provider's processes share. In Pulumi's engine, each run has its own address and processes.
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunLedger } from "../../provider/run/ledger";

// Systems reuse addresses, so all runs have the same.
const address = "127.0.0.1:1";

const path = (engine = address) => join(RunLedger.directory, `${engine.replace(":", "-")}.jsonl`);

/** The address of the next engine run. Ends the processes of the run before. */
export function nextRun(): string {
  endProcesses(address);
  return address;
}

/** Ends the processes of an engine's run, as far as its records show. In tests, several runs share a process. */
export function endProcesses(engine: string): void {
  const file = path(engine);
  if (!existsSync(file)) return;
  const lines = readFileSync(file, "utf8").replaceAll(`"pid":${process.pid}`, `"pid":${endedPid}`);
  writeFileSync(file, lines);
}

/** More than Linux and macOS assign. */
const endedPid = 99_999_999;

/** Moves the records of runs to a directory of their own. @returns a function that deletes it */
export function isolateRuns(): () => void {
  const { directory } = RunLedger;
  // In memory if possible, because a model would spend half of its time on writes to a disk.
  const memory = "/dev/shm";
  const parent = existsSync(memory) ? memory : tmpdir();
  RunLedger.directory = mkdtempSync(join(parent, "pulumi-pinterest-model-"));
  return () => {
    rmSync(RunLedger.directory, { recursive: true });
    RunLedger.directory = directory;
  };
}

/** Deletes the records of all runs. */
export function forgetRuns(): void {
  rmSync(path(), { force: true });
}

/** The present end of the records. @returns a function that removes later ones, which a killed process would not have written */
export function endOfRecords(): () => void {
  const { size } = statSync(path());
  return () => truncateSync(path(), size);
}
