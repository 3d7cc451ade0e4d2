import { execFile, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { interruption } from "../interruption.mts";

const options = { cwd: resolve(import.meta.dirname, "../.."), signal: interruption };

/** Runs a script in a Node.js process of its own, in the repository, and gives the JSON that it prints. */
export async function jsonOf(script: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], options);
  return JSON.parse(stdout);
}

/** A script in a Node.js process of its own, in the repository, that answers each line with one of JSON until its input ends. */
export interface Answering {
  /** @throws Error when the process has ended */
  ask(): Promise<unknown>;
  end(): void;
}

export function answering(script: string, ...args: string[]): Answering {
  const child = spawn(process.execPath, [script, ...args], {
    ...options,
    stdio: ["pipe", "pipe", "inherit"],
  });
  // What ends it shows by the answer that does not come.
  for (const source of [child, child.stdin]) source.on("error", () => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async ask() {
      child.stdin.write("\n");
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended without an answer`);
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}

/** A script in this folder. */
export function script(name: string): string {
  return join(import.meta.dirname, name);
}
