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
import { RunLedger } from "../../provider/lifecycle/ledger";

// Systems reuse addresses, so all runs have the same.
const host = "127.0.0.1";
const port = 1;

const path = () => join(RunLedger.directory, `${host}-${port}.jsonl`);

/** The address of the next engine run. Ends the processes of the run before, as far as its records show. */
export function nextRun(): string {
  if (existsSync(path()))
    writeFileSync(
      path(),
      readFileSync(path(), "utf8").replaceAll(`"pid":${process.pid}`, `"pid":${endedPid}`),
    );
  return `${host}:${port}`;
}

/** More than Linux and macOS assign. */
const endedPid = 99_999_999;

/** Moves the records of runs to a directory of their own. @returns a function that deletes it */
export function isolateRuns(): () => void {
  const { directory } = RunLedger;
  RunLedger.directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-model-"));
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
