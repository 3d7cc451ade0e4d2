import { type PinterestClient, PinterestError } from "../pinterest";
import type { Integration } from "../pinterest/integration";
import { type Inputs, type Outputs, readableFieldNames } from "./bags";
import { find } from "./find";
import { explainIgnored, explainUnknownOutcome } from "./messages";
import { differingFields, managedBy, outputsAfterWrite, withFieldsAsShown } from "./outputs";
import { PartialFailure } from "./partial-failure";
import type { Surroundings } from "./session";
import { readUntil } from "./settle";

type Creation = Parameters<PinterestClient["createCommerceIntegration"]>[0];

/**
 * Creates the integration with all that the program gives, and compares the answer with it.
 *
 * When it is unclear whether Pinterest did it (a lost answer, a server error), a read decides. When that fails as
 * well, a {@link PartialFailure} keeps the id in state, so that no integration is left without an owner.
 */
export async function post(
  client: PinterestClient,
  inputs: Inputs,
  surroundings: Surroundings,
): Promise<Outputs> {
  const { externalBusinessId, fields } = inputs;
  let live: Integration;
  try {
    live = await client.createCommerceIntegration({ externalBusinessId, ...fields } as Creation);
  } catch (error) {
    live = await decideByReading(client, inputs, error, surroundings);
  }
  const outputs = outputsAfterWrite(inputs, live);
  const ignored = differingFields(managedBy(inputs), fields, live);
  if (ignored.length > 0) {
    throw new PartialFailure(
      explainIgnored("creating", externalBusinessId, ignored),
      withFieldsAsShown(outputs, ignored, live),
    );
  }
  return outputs;
}

async function decideByReading(
  client: PinterestClient,
  inputs: Inputs,
  error: unknown,
  surroundings: Surroundings,
): Promise<Integration> {
  if (!(error instanceof PinterestError) || error.outcome !== "unknown") {
    throw error;
  }
  const uncertain = (message: string, live?: Integration) =>
    new PartialFailure(message, withFieldsAsShown(outputsAfterWrite(inputs, live), managedBy(inputs), live), {
      cause: error,
    });
  let live: Integration | undefined;
  try {
    // A read that lags shows nothing at first, and what was taken for undone would be left without an owner.
    live = await readUntil(
      () => find(client, inputs.externalBusinessId),
      (found) => found !== undefined,
      surroundings,
    );
  } catch (readError) {
    throw uncertain(explainUnknownOutcome(error, readError));
  }
  if (live === undefined) {
    throw error;
  }
  if (differingFields(readableFieldNames, inputs.fields, live).length > 0) {
    throw uncertain(explainUnknownOutcome(error), live);
  }
  return live;
}
