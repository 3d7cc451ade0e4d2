import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Lab } from "./lab";

/** Keeps a record of the provider processes that a lab's engine starts: each one writes down its own start and end. */
export class ProviderProcesses {
  private readonly record: string;

  constructor(lab: Lab) {
    this.record = join(lab.directory, "provider-processes");
    const preload = join(lab.directory, "record-process.cjs");
    writeFileSync(preload, recorderText(this.record));
    lab.environment.NODE_OPTIONS = `--require ${JSON.stringify(preload)}`;
  }

  /** The ids of the processes started so far. */
  started(): number[] {
    return this.read("start");
  }

  /** Settles when these processes have ended by themselves; a process that is killed never counts. */
  async ended(ids: readonly number[]): Promise<void> {
    while (!ids.every((id) => this.read("end").includes(id))) {
      await setTimeout(20);
    }
  }

  /** Starts the record anew. */
  clear(): void {
    writeFileSync(this.record, "");
  }

  private read(event: string): number[] {
    if (!existsSync(this.record)) {
      return [];
    }
    return readFileSync(this.record, "utf8")
      .split("\n")
      .filter((line) => line.startsWith(`${event} `))
      .map((line) => Number(line.split(" ")[1]));
  }
}

function recorderText(record: string): string {
  return `
if (process.argv[1]?.includes("dynamic-provider")) {
  const write = (event) => require("node:fs").appendFileSync(${JSON.stringify(record)}, event + " " + process.pid + "\\n");
  write("start");
  process.on("exit", () => write("end"));
}
`;
}
