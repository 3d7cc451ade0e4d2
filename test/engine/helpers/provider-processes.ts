import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Lab } from "./lab";
import { processName } from "./provider-type";

/**
 * Records the provider processes that a lab's engine starts. Each process appends to a file when it starts, exits, or has received
 * a whole response of Pinterest.
 */
export class ProviderProcesses {
  private readonly record: string;

  constructor(lab: Lab) {
    this.record = join(lab.directory, "provider-processes");
    const preload = join(lab.directory, "record-process.cjs");
    writeFileSync(preload, recorderText(this.record));
    lab.environment.NODE_OPTIONS = `${lab.environment.NODE_OPTIONS ?? ""} --require ${JSON.stringify(preload)}`;
  }

  /** The IDs of all processes started so far. */
  started(): number[] {
    return this.read("start").map(Number);
  }

  /** The IDs of the processes that have loaded the provider. */
  loaded(): number[] {
    return this.read("load").map(Number);
  }

  /** Kills the SDK's processes that have not loaded the provider, because they do not exit with their engine. */
  killIdle(): void {
    const loaded = this.loaded();
    for (const id of this.started()) if (!loaded.includes(id)) process.kill(id, "SIGKILL");
  }

  /** The IDs of the recorded processes and their parents that still run. */
  running(): number[] {
    const ids = [...this.started(), ...this.read("parent").map(Number)];
    if (ids.length === 0) return [];
    const { stdout } = spawnSync("ps", ["-o", "pid=,stat=", "-p", ids.join()], { encoding: "utf8" });
    // An exited process is a zombie (Z) until its parent reads its exit status.
    return [...stdout.matchAll(/^ *(\d+) +[^Z\s]/gm)].map(([, id]) => Number(id));
  }

  /** Resolves when these processes have exited by themselves. Never resolves for a killed process. */
  async waitForExit(ids: readonly number[]): Promise<void> {
    await this.waitFor("end", ids.map(String));
  }

  /** Resolves when provider processes have received the whole responses with these request IDs. */
  async waitForResponses(requestIds: readonly string[]): Promise<void> {
    await this.waitFor("response", requestIds);
  }

  /** Empties the record. */
  clear(): void {
    writeFileSync(this.record, "");
  }

  private async waitFor(event: string, values: readonly string[]): Promise<void> {
    for (;;) {
      const recorded = new Set(this.read(event));
      if (values.every((value) => recorded.has(value))) {
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
    // The dynamic provider's code in state and the plugin's start script load the provider with these names.
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
  subscribe("undici:request:trailers", ({ request }) => write("response", requestIds.get(request)));
}
`;
}
