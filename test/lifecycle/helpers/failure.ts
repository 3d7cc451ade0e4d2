import type { Bag } from "../../../provider/base/bag";
import { partialState } from "../../../provider/lifecycle/outputs";

/** The error of an action. */
export async function failureOf(action: Promise<unknown>): Promise<Error> {
  const outcome = await action.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) {
    return outcome;
  }
  throw new Error("expected a failure");
}

/** The message of a partial failure, and the outputs that the engine keeps. */
export async function partialFailureOf(action: Promise<unknown>): Promise<{ message: string; kept: Bag }> {
  const error = await failureOf(action);
  const state = partialState(error);
  if (state === undefined) {
    throw new Error("expected a partial failure", { cause: error });
  }
  return { message: error.message, kept: state.outputs };
}
