import type { Clock } from "./clock";
import { KeyedQueue } from "./keyed-queue";
import { RateBudget } from "./rate/budget";

/** What all clients of one account have in common in a process. */
export interface AccountState {
  readonly budget: RateBudget;
  /** By external business id. */
  readonly writes: KeyedQueue;
}

// By clock first: a test with a clock of its own shares nothing with the rest of its process.
const states = new WeakMap<Clock, Map<string, AccountState>>();

/**
 * The process's rate budget and queue of writes for one account at one origin.
 *
 * @param account its name; undefined is the default account.
 */
export function accountStateOf(origin: string, account: string | undefined, clock: Clock): AccountState {
  const ofClock = states.get(clock) ?? new Map<string, AccountState>();
  states.set(clock, ofClock);
  const key = JSON.stringify([origin, account ?? null]);
  const state = ofClock.get(key) ?? { budget: new RateBudget(clock), writes: new KeyedQueue() };
  ofClock.set(key, state);
  return state;
}
