import type { Bag } from "../../../provider/lifecycle/outputs";
import { partialState } from "../../../provider/lifecycle/outputs";

/** The error that an action ends with. */
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

/** The message of a write that failed halfway, and what the engine is to keep of it. */
export async function partialFailureOf(action: Promise<unknown>): Promise<{ message: string; kept: Bag }> {
  const error = await failureOf(action);
  const state = partialState(error);
  if (state === undefined) {
    throw new Error("expected a partial failure", { cause: error });
  }
  return { message: error.message, kept: state.outputs };
}
