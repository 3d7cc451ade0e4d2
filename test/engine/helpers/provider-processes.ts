import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Lab } from "./lab";
import { processName } from "./provider-type";

/**
 * Keeps a record of the provider processes that a lab's engine starts: each one writes down its own start and end, and
 * the answers of Pinterest that it has received as a whole.
 */
export class ProviderProcesses {
  private readonly record: string;

  constructor(lab: Lab) {
    this.record = join(lab.directory, "provider-processes");
    const preload = join(lab.directory, "record-process.cjs");
    writeFileSync(preload, recorderText(this.record));
    lab.environment.NODE_OPTIONS = `${lab.environment.NODE_OPTIONS ?? ""} --require ${JSON.stringify(preload)}`;
  }

  /** The ids of the processes started so far. */
  started(): number[] {
    return this.read("start").map(Number);
  }

  /** The ids of the processes that have loaded the provider. */
  loaded(): number[] {
    return this.read("load").map(Number);
  }

  /** Kills processes of the SDK that have not loaded the provider. They do not end with their engine. */
  killIdle(): void {
    const loaded = this.loaded();
    for (const id of this.started()) if (!loaded.includes(id)) process.kill(id, "SIGKILL");
  }

  /** Settles when the first process to come has started; it takes no requests yet. */
  nextStart(): Promise<void> {
    const before = this.started().length;
    return new Promise((resolve) => {
      const watcher = watch(dirname(this.record), () => {
        if (this.started().length === before) return;
        watcher.close();
        resolve();
      });
    });
  }

  /** Which of the processes started so far are still there, and of those from which they were started. */
  left(): number[] {
    const ids = [...this.started(), ...this.read("parent").map(Number)];
    if (ids.length === 0) return [];
    const { stdout } = spawnSync("ps", ["-o", "pid=,stat=", "-p", ids.join()], { encoding: "utf8" });
    // One that has ended may wait for its parent to ask how.
    return [...stdout.matchAll(/^ *(\d+) +[^Z\s]/gm)].map(([, id]) => Number(id));
  }

  /** Settles when these processes have ended by themselves; a process that is killed never counts. */
  async ended(ids: readonly number[]): Promise<void> {
    await this.recorded("end", ids.map(String));
  }

  /** Settles when the answers with these request ids have arrived in a provider process, to their last byte. */
  async received(requestIds: readonly string[]): Promise<void> {
    await this.recorded("answer", requestIds);
  }

  /** Starts the record anew. */
  clear(): void {
    writeFileSync(this.record, "");
  }

  private async recorded(event: string, values: readonly string[]): Promise<void> {
    for (;;) {
      const seen = new Set(this.read(event));
      if (values.every((value) => seen.has(value))) {
        return;
      }
      await setTimeout(20);
    }
  }

  private read(event: string): string[] {
    if (!existsSync(this.record)) {
      return [];
    }
    return readFileSync(this.record, "utf8")
      .split("\n")
      .filter((line) => line.startsWith(`${event} `))
      .map((line) => line.slice(event.length + 1));
  }
}

function recorderText(record: string): string {
  return `
if (process.argv[1]?.includes("${processName}")) {
  const write = (event, value) => require("node:fs").appendFileSync(${JSON.stringify(record)}, event + " " + value + "\\n");
  write("parent", process.ppid);
  write("start", process.pid);
  const Module = require("node:module");
  const load = Module._load;
  Module._load = function (name, ...rest) {
    // How the dynamic provider's code in state, and the plugin's start script, load the provider.
    if (/pulumi-pinterest\\/dynamic$|provider\\/plugin\\/main/.test(name)) write("load", process.pid);
    return load.call(this, name, ...rest);
  };
  process.on("exit", () => write("end", process.pid));
  const { subscribe } = require("node:diagnostics_channel");
  const requestIds = new WeakMap();
  subscribe("undici:request:headers", ({ request, response }) => {
    const headers = response.headers.map(String);
    requestIds.set(request, headers[headers.indexOf("x-pinterest-rid") + 1]);
  });
  subscribe("undici:request:trailers", ({ request }) => write("answer", requestIds.get(request)));
}
`;
}
