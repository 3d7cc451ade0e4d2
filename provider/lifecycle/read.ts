import { isOwnedByAnother } from "../pinterest";
import type { Integration } from "../pinterest/integration";
import type { Inputs, Outputs } from "./bags";
import { explainOwnedByAnother } from "./messages";
import { inputsAfterRead, outputsAfterRead } from "./outputs";
import type { Process } from "./process";
import { findSettled, isCurrent } from "./settle";
import { clientOf, isUnreachable } from "./unreachable";

export interface ReadResult {
  outputs: Outputs;
  inputs: Inputs;
}

/**
 * What Pinterest holds now, or nothing when the integration is gone; to a lookup that is an error. Any other answer is an
 * error, never an absence. Where the account is out of reach it may be what state knows, if the configuration says so.
 */
export async function read(
  previous: Outputs,
  process: Process,
  isLookup = false,
): Promise<ReadResult | undefined> {
  const { surroundings, unreachable } = process;
  try {
    const live = await liveOf(previous, process, isLookup);
    return live && resultOf(outputsAfterRead(previous, live));
  } catch (error) {
    // State knows nothing of what a lookup asks for.
    if (surroundings.whenUnreachable !== "fail" && !isLookup && isUnreachable(error)) {
      unreachable.warnOfKept(previous, error);
      return resultOf(previous);
    }
    if (isOwnedByAnother(error)) {
      throw new Error(explainOwnedByAnother(previous.externalBusinessId, error));
    }
    throw error;
  }
}

function resultOf(outputs: Outputs): ReadResult {
  return { outputs, inputs: inputsAfterRead(outputs) };
}

async function liveOf(
  previous: Outputs,
  { surroundings, listings }: Process,
  isLookup: boolean,
): Promise<Integration | undefined> {
  const { externalBusinessId, account } = previous;
  const client = clientOf(account, surroundings);
  const listed = await listings.find(client, externalBusinessId, (record) => isCurrent(record, previous));
  if (listed !== undefined) {
    return listed;
  }
  return isLookup
    ? client.getCommerceIntegration(externalBusinessId)
    : findSettled(client, previous, surroundings);
}
