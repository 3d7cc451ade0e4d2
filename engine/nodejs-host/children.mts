import type { ChildProcess } from "node:child_process";

/** Milliseconds that a program has for an orderly end. */
const grace = 2_000;

/** The processes that a host has started and must not leave behind. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /** Remembers a process until it ends. */
  add(child: ChildProcess): ChildProcess {
    this.#running.add(child);
    const forget = () => this.#running.delete(child);
    child.once("exit", forget).once("error", forget);
    return child;
  }

  /** Asks every process to end, insists after two seconds, and returns when all have ended. */
  async endAll(): Promise<void> {
    await Promise.all(Array.from(this.#running, end));
  }
}

/** Asks a process to end and insists after two seconds; returns when it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), grace);
  await ended;
  clearTimeout(insist);
}
