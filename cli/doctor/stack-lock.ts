import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { OpenStack } from "../stack/stack";
import { backendDirectory } from "../stack/state";
import { stackOptions } from "../text/shell";
import { type Check, failure, ok, warning } from "./check";
import { askEngine } from "./run-bounded";

/** Whether another update locks a stack; undefined if that is unknown, for example in a bucket. */
export async function checkStackLock(stack: OpenStack, backendUrl: string): Promise<Check | undefined> {
  if (backendUrl.startsWith("file://")) {
    return judgeLocks(locksIn(lockDirectory(stack, backendUrl)), stack);
  }
  if (!/^https?:/.test(backendUrl)) return undefined;
  const { stdout } = await askEngine(["stack", "ls", "--json"], stack.directory);
  const updating = isUpdating(stdout, stack.name);
  return updating === undefined ? undefined : updating ? heldBy("an update", stack) : free;
}

/** Whether `pulumi stack ls --json` reports an update of a stack; undefined if it does not say. */
export function isUpdating(list: string, name: string): boolean | undefined {
  try {
    const stacks = JSON.parse(list) as { name?: string; updateInProgress?: boolean }[];
    return stacks.find((stack) => stack.name === name)?.updateInProgress;
  } catch {
    return undefined;
  }
}

/** A lock file of the engine. */
interface Lock {
  readonly pid?: number;
  readonly username?: string;
  readonly hostname?: string;
  readonly timestamp?: string;
}

const free = ok("stack-lock", "no update locks the stack");

function lockDirectory(stack: OpenStack, backendUrl: string): string {
  // "organization/project/stack", of which the engine may report only the last part.
  const name = stack.name.split("/").at(-1) ?? stack.name;
  return join(backendDirectory(backendUrl), ".pulumi/locks/organization", stack.project, name);
}

function locksIn(directory: string): Lock[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")) as Lock);
  } catch {
    return [];
  }
}

function judgeLocks(locks: readonly Lock[], stack: OpenStack): Check {
  const [lock] = locks;
  if (lock === undefined) return free;
  const { pid = 0, username = "?", hostname: host = "?", timestamp = "?" } = lock;
  const holder = `${username}@${host} (process ${pid}) since ${timestamp}`;
  return host === hostname() && !isAlive(pid)
    ? failure(
        "stack-lock",
        `the stack is locked by ${holder}, which has ended`,
        `Run \`pulumi cancel${stackOptions(stack)}\`; \`pulumi up${stackOptions(stack)}\` then shows the current state.`,
      )
    : heldBy(holder, stack);
}

function heldBy(holder: string, stack: OpenStack): Check {
  return warning(
    "stack-lock",
    `the stack is locked by ${holder}`,
    `Wait until it ends. If no update runs, run \`pulumi cancel${stackOptions(stack)}\`.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
