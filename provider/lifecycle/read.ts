import { isOwnedByAnother } from "../pinterest";
import type { Inputs, Outputs } from "./bags";
import type { Listings } from "./listings";
import { explainOwnedByAnother } from "./messages";
import { inputsAfterRead, outputsAfterRead } from "./outputs";
import type { Surroundings } from "./session";
import { findSettled, isCurrent } from "./settle";

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
  listings: Listings,
  isLookup = false,
): Promise<ReadResult | undefined> {
  const { externalBusinessId } = previous;
  const client = surroundings.client(previous.account);
  try {
    const listed = await listings.find(client, externalBusinessId, (record) => isCurrent(record, previous));
    const live =
      listed ??
      (isLookup
        ? await client.getCommerceIntegration(externalBusinessId)
        : await findSettled(client, previous, surroundings));
    if (live === undefined) {
      return undefined;
    }
    const outputs = outputsAfterRead(previous, live);
    return { outputs, inputs: inputsAfterRead(outputs) };
  } catch (error) {
    if (isOwnedByAnother(error)) {
      throw new Error(explainOwnedByAnother(externalBusinessId, error));
    }
    throw error;
  }
}
