import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const repository = resolve(import.meta.dirname, "../..");

/** Runs a script in a Node.js process of its own, in the repository, and gives the JSON that it prints. */
export async function jsonOf(script: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { cwd: repository });
  return JSON.parse(stdout);
}

/** A script in this folder. */
export function script(name: string): string {
  return join(import.meta.dirname, name);
}
