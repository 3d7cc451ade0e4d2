import type { OpenStack } from "../../stacks/stack";
import { CommandError } from "../command-error";
import { openStack, type StackChoice } from "./open";

/** A stack, or why there is none to work with. */
export type FoundStack =
  | { readonly stack: OpenStack; readonly absent?: undefined }
  | { readonly stack?: undefined; readonly absent: string };

/**
 * Opens a stack for a command that can do without one.
 *
 * @throws CommandError if a stack was named and cannot be opened.
 */
export async function findStack(choice: StackChoice): Promise<FoundStack> {
  try {
    return { stack: await openStack(choice) };
  } catch (error) {
    if (choice.stack === undefined && error instanceof CommandError) return { absent: error.message };
    throw error;
  }
}
