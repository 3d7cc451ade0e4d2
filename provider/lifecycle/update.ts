import { isNotFound, type PinterestClient } from "../api";
import type { IntegrationFieldName } from "../api/fields";
import { type Inputs, type Outputs, pick, secretFieldNames } from "./bags";
import { sameField } from "./canonical";
import { clear } from "./clear";
import { explainNotCleared, listed } from "./messages";
import { checkMove } from "./move";
import { managedBy, outputsAfterWrite, withFieldsAsShown } from "./outputs";
import { PartialFailure } from "./partial-failure";
import { patch } from "./patch";
import { post } from "./post";
import type { Surroundings } from "./session";

/**
 * Brings an integration from what state knows to what the program says: sends only what differs, clears or releases
 * what left the program, and makes an integration that has vanished anew.
 */
export async function update(
  previous: Outputs,
  inputs: Inputs,
  surroundings: Surroundings,
): Promise<Outputs> {
  const client = surroundings.client(inputs.account);
  await checkMove(client, previous, inputs);
  try {
    return await converge(client, previous, inputs, surroundings);
  } catch (error) {
    if (!isNotFound(error)) {
      throw error;
    }
    surroundings.notify(
      previous.integrationId === undefined
        ? `integration '${inputs.externalBusinessId}' had not been made; it is made now`
        : `integration '${inputs.externalBusinessId}' had vanished from Pinterest; it is recreated`,
      inputs,
    );
    return post(client, inputs, surroundings);
  }
}

async function converge(
  client: PinterestClient,
  previous: Outputs,
  inputs: Inputs,
  surroundings: Surroundings,
): Promise<Outputs> {
  const changed = managedBy(inputs).filter(
    (name) => !sameField(name, inputs.fields[name], previous.fields[name]),
  );
  const removed = previous.managed.filter((name) => !(name in inputs.fields));
  const live =
    changed.length > 0
      ? await patch(client, inputs, changed, previous)
      : await client.getCommerceIntegration(inputs.externalBusinessId);
  const outputs = outputsAfterWrite(inputs, live, previous);
  if (removed.length > 0 && inputs.whenRemoved === "release") {
    surroundings.notify(
      `integration '${inputs.externalBusinessId}': no longer managed, and left as it is at Pinterest: ${listed(removed)}`,
      inputs,
    );
    return outputs;
  }
  // A field that state has no value for may have one all the same, after a write whose answer was lost.
  const toClear = removed.filter(
    (name) => name in previous.fields || live[name] !== undefined || secretFieldNames.includes(name),
  );
  return toClear.length === 0
    ? outputs
    : clearRemoved(client, { previous, inputs, outputs, toClear, surroundings });
}

interface Clearing {
  previous: Outputs;
  inputs: Inputs;
  outputs: Outputs;
  toClear: readonly IntegrationFieldName[];
  surroundings: Surroundings;
}

async function clearRemoved(client: PinterestClient, clearing: Clearing): Promise<Outputs> {
  const { previous, inputs, outputs, toClear, surroundings } = clearing;
  // Until they are seen to be cleared these fields stay in the record, so that the next update asks again.
  const stillManaged = (names: readonly IntegrationFieldName[]): Outputs => ({
    ...outputs,
    managed: [...outputs.managed, ...names],
    fields: { ...outputs.fields, ...pick(previous.fields, names) },
  });
  let result: Awaited<ReturnType<typeof clear>>;
  try {
    result = await clear(client, inputs, toClear, outputs.integrationId, surroundings);
  } catch (error) {
    if (isNotFound(error)) {
      throw error;
    }
    throw new PartialFailure((error as Error).message, stillManaged(toClear), { cause: error });
  }
  const { live, uncleared, why } = result;
  if (uncleared.length > 0) {
    const cleared = toClear.filter((name) => !uncleared.includes(name));
    throw new PartialFailure(
      explainNotCleared(inputs.externalBusinessId, uncleared, why),
      withFieldsAsShown(stillManaged(uncleared), cleared, live),
    );
  }
  return withFieldsAsShown(outputs, toClear, live);
}
