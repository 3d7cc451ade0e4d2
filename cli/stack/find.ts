import { CommandError } from "../command-error";
import type { OpenStack } from "../stacks/stack";
import { openStack, type StackChoice, UnusableStack } from "./open";

/** A stack, or why there is none. */
export type FoundStack =
  | { readonly stack: OpenStack; readonly absent?: undefined }
  | { readonly stack?: undefined; readonly absent: CommandError };

/**
 * Opens a stack for a command that can do without one.
 *
 * @throws CommandError if the named stack cannot be opened, or the selected one exists and cannot.
 */
export async function findStack(choice: StackChoice): Promise<FoundStack> {
  try {
    return { stack: await openStack(choice) };
  } catch (error) {
    const isAbsent = error instanceof CommandError && !(error instanceof UnusableStack);
    if (choice.stack === undefined && isAbsent) return { absent: error };
    throw error;
  }
}
