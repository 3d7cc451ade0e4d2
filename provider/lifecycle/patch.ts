import { type PinterestClient, PinterestError } from "../api";
import type { IntegrationFieldName } from "../api/fields";
import type { Integration } from "../api/integration";
import { type Inputs, type Outputs, pick, secretFieldNames } from "./bags";
import { find } from "./find";
import { explainIgnored, explainUnknownOutcome } from "./messages";
import { differingFields, outputsAfterWrite, withFieldsAsShown } from "./outputs";
import { PartialFailure } from "./partial-failure";

type Patch = Parameters<PinterestClient["updateCommerceIntegration"]>[1];

/**
 * Sends the named fields with the program's values, and compares the answer with what was sent: a field that Pinterest
 * silently ignored fails by name.
 *
 * When it is unclear whether Pinterest did it, a read decides. When that decides nothing, state forgets what it
 * believed of these fields, so that the next update sends them again, whatever the program says by then.
 */
export async function patch(
  client: PinterestClient,
  inputs: Inputs,
  names: readonly IntegrationFieldName[],
  previous?: Outputs,
): Promise<Integration> {
  const { externalBusinessId, fields } = inputs;
  const failure = (
    message: string,
    unsettled: readonly IntegrationFieldName[],
    live: Integration | undefined,
    options?: ErrorOptions,
  ) => {
    const outputs = outputsAfterWrite(inputs, live, previous);
    const managed = [...new Set([...(previous?.managed ?? []), ...outputs.managed])];
    return new PartialFailure(message, withFieldsAsShown({ ...outputs, managed }, unsettled, live), options);
  };
  let live: Integration;
  try {
    live = await client.updateCommerceIntegration(externalBusinessId, pick(fields, names) as Patch);
  } catch (error) {
    if (!(error instanceof PinterestError) || error.outcome !== "unknown") {
      throw error;
    }
    const found = await find(client, externalBusinessId).catch((readError: unknown) => {
      throw failure(explainUnknownOutcome(error, readError), names, undefined, { cause: error });
    });
    const readable = !names.some((name) => secretFieldNames.includes(name));
    if (found === undefined || !readable || differingFields(names, fields, found).length > 0) {
      throw failure(explainUnknownOutcome(error), names, found, { cause: error });
    }
    live = found;
  }
  const ignored = differingFields(names, fields, live);
  if (ignored.length > 0) {
    throw failure(explainIgnored("updating", externalBusinessId, ignored), ignored, live);
  }
  return live;
}
