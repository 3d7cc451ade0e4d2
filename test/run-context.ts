import type { Host } from "../provider/config";
import { completeRun } from "../provider/run/engine-command";
import { programContext } from "../provider/run/run-context";
import { type Wording, wordingOf } from "../provider/run/wording";

/** The host of a program's provider, with these environment variables. */
export function hostWith(environment: NodeJS.ProcessEnv = {}): Host {
  return { environment, declaredIn: "program" };
}

/** How a program's provider runs in this process, also with variables that a test sets later. */
export const ofThisProcess = { environment: process.env, context: programContext } as const;

/** The words for a program, and for a merchant list. */
export const programWording: Wording = wordingOf("program", completeRun);
export const fleetWording: Wording = wordingOf("merchant list", completeRun);
