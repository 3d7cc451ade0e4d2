// The time of all labs. Pulumi's engine has no such part: its providers use the computer's clock.
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../provider/base/clock";
import { VirtualClock } from "../api/helpers/virtual-clock.mts";

/**
 * The clock of all labs of a test file. It starts at a whole second, because Pinterest's times are whole seconds: otherwise, a result could depend
 * on when a test runs. Time passes only while all provider processes and the program wait. A wait of a minute takes
 * milliseconds, and a busy machine cannot exceed a deadline. Timeouts of single requests use the computer's clock.
 */
export const clock = new VirtualClock(Math.floor(Date.now() / 1000) * 1000, {
  turn: () => pause(1),
  quietTurns: 3,
  patience: Number.POSITIVE_INFINITY,
});

// Makes this clock the default of providers.
Object.assign(systemClock, {
  now: () => clock.now(),
  sleep: (milliseconds: number, signal?: AbortSignal) => clock.sleep(milliseconds, signal),
});

/** Runs a command on this clock. The clock stops while a request to Pinterest is in flight or an account command runs. */
export async function withClock<T>(command: () => Promise<T>): Promise<T> {
  const inFlight = new Map<unknown, () => void>();
  const end = (message: unknown) => {
    const { request } = message as { request: unknown };
    inFlight.get(request)?.();
    inFlight.delete(request);
  };
  const listeners: Record<string, (message: unknown) => void> = {
    "undici:request:create": (message) => {
      inFlight.set((message as { request: unknown }).request, clock.begin());
    },
    "undici:request:trailers": end,
    "undici:request:error": end,
    child_process: (message) => {
      const { process: child } = message as { process: ChildProcess };
      const over = clock.begin();
      child.once("close", over);
    },
  };
  for (const [name, listener] of Object.entries(listeners)) subscribe(name, listener);
  try {
    return await clock.run(command());
  } finally {
    for (const [name, listener] of Object.entries(listeners)) unsubscribe(name, listener);
    for (const finish of inFlight.values()) finish();
  }
}
