import { isOwnedByAnother } from "../pinterest";
import type { Inputs, Outputs } from "./bags";
import { explainOwnedByAnother } from "./messages";
import { inputsAfterRead, outputsAfterRead } from "./outputs";
import type { Surroundings } from "./session";
import { findSettled } from "./settle";

export interface ReadResult {
  outputs: Outputs;
  inputs: Inputs;
}

/**
 * What Pinterest holds now, or nothing when the integration is gone; to a lookup that is an error. Any other answer is an
 * error, never an absence.
 */
export async function read(
  previous: Outputs,
  surroundings: Surroundings,
  isLookup = false,
): Promise<ReadResult | undefined> {
  const client = surroundings.client(previous.account);
  try {
    const live = isLookup
      ? await client.getCommerceIntegration(previous.externalBusinessId)
      : await findSettled(client, previous, surroundings);
    if (live === undefined) {
      return undefined;
    }
    const outputs = outputsAfterRead(previous, live);
    return { outputs, inputs: inputsAfterRead(outputs) };
  } catch (error) {
    if (isOwnedByAnother(error)) {
      throw new Error(explainOwnedByAnother(previous.externalBusinessId, error));
    }
    throw error;
  }
}
