import type { OpenStack } from "../../stacks/stack";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { endingInItsTime, whereLocked } from "../signals";
import { importArguments } from "../stack/import-arguments";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { firstOf } from "../text/listed";
import { ManagedIntegrations } from "./managed";
import { setSecrets } from "./stack-secrets";

/** What is to be done on a stack. */
export interface StackWork {
  /** The file that the engine is to import. */
  readonly file: string;
  readonly protect: boolean;
  /** The names of the resources in it. */
  readonly names: readonly string[];
  /** Partner secrets for the stack's configuration, where there are any. */
  readonly secrets: string | undefined;
  /** How to do the same later, in sentences: what is imported by then stays as it is. */
  readonly toGoOn: string;
}

/**
 * Sets the partner secrets, and has the engine import what a file says. At a signal the engine finishes what is under way.
 *
 * @returns whether a signal came, though too late to keep anything from being imported.
 * @throws CommandError with all that the engine printed; after a signal with what is imported and what is not.
 */
export async function importOnStack(
  stack: OpenStack,
  { file, protect, names, secrets, toGoOn }: StackWork,
  terminal: Pick<Terminal, "progress">,
): Promise<{ interrupted: boolean }> {
  const { result: problem, interrupted } = await endingInItsTime(async (interrupt, isInterrupted) => {
    terminal.progress("importing");
    const unset = secrets === undefined ? undefined : await setSecrets(stack, secrets);
    if (unset !== undefined) return unset;
    const run = isInterrupted()
      ? undefined
      : await stack.run([...importArguments(file, protect), "--yes"], { interrupt });
    if (run?.exitCode === 0) return undefined;
    if (run === undefined || isInterrupted()) return `${await afterInterruption(stack, names)}\n${toGoOn}`;
    const printed = [run.stdout, run.stderr].map((text) => text.trim()).join("\n");
    return `${printed}\nthe import failed\n${toGoOn}`;
  });
  if (problem === undefined) return { interrupted };
  throw new CommandError(problem, interrupted ? exitCodes.interrupted : exitCodes.error);
}

async function afterInterruption(stack: OpenStack, names: readonly string[]): Promise<string> {
  return `Interrupted${await howFar(stack, names)}. ${whereLocked([stack])}`;
}

async function howFar(stack: OpenStack, names: readonly string[]): Promise<string> {
  try {
    const imported = new Set(new ManagedIntegrations(await stack.resources()).names);
    const left = names.filter((name) => !imported.has(name));
    const done = ` with ${names.length - left.length} of ${counted(names.length, "integration")} imported`;
    return left.length === 0 ? done : `${done}, and ${left.length} not (${firstOf(left, 3)})`;
  } catch (error) {
    return `, and what is imported cannot be told: ${(error as Error).message}`;
  }
}
