import { isNotFound, isOwnedByAnother, type PinterestClient } from "../api";
import type { Integration } from "../api/integration";
import type { Inputs, Outputs } from "./bags";
import { find } from "./find";
import { deleteFirst, explainExists, explainOwnedByAnother, listed } from "./messages";
import { outputsAfterWrite } from "./outputs";
import { wasDeleted } from "./ownership";
import { patch } from "./patch";
import { post } from "./post";
import { type Process, untilFirst } from "./process";
import { remedies } from "./remedies";
import type { Surroundings } from "./session";
import { decideTakeOver } from "./take-over";

/**
 * Creates an integration, or takes over one that is there already if it equals the program's (which is also how a
 * create that was cut off converges), or overwrites a differing one with `adopt`. Everything else is refused.
 */
export async function create(inputs: Inputs, { ledger, surroundings }: Process): Promise<Outputs> {
  const { externalBusinessId, account, providerName } = inputs;
  const client = surroundings.client(account);
  const identity = { externalBusinessId, account, providerName };
  // A stale read can still show what this run has deleted.
  const isStale = ({ integrationId }: Integration) =>
    integrationId !== undefined && wasDeleted({ ...identity, integrationId }, ledger);
  ledger.record("creating", identity);
  try {
    await untilFirst("creating", identity, { ledger, surroundings });
    const isReplaced = wasDeleted(identity, ledger);
    const shown = isReplaced ? undefined : await find(client, externalBusinessId);
    const found = shown === undefined || isStale(shown) ? undefined : shown;
    const outputs =
      (found && (await takenOver(client, inputs, found, surroundings))) ??
      (await post(client, inputs, surroundings, (live) => isStale(live) || isSame(live, found)));
    ledger.record("created", outputs, surroundings.currentUrn?.());
    return outputs;
  } catch (error) {
    ledger.record("createFailed", identity);
    if (isOwnedByAnother(error)) {
      throw new Error(withReplacement(explainOwnedByAnother(externalBusinessId, error), surroundings));
    }
    throw error;
  }
}

function isSame({ integrationId }: Integration, found: Integration | undefined): boolean {
  return integrationId !== undefined && integrationId === found?.integrationId;
}

/** Nothing where a write does not find what a read has shown: it is gone, and the read lagged. */
async function takenOver(...given: Parameters<typeof takeOver>): Promise<Outputs | undefined> {
  try {
    return await takeOver(...given);
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

async function takeOver(
  client: PinterestClient,
  inputs: Inputs,
  found: Integration,
  surroundings: Surroundings,
): Promise<Outputs> {
  const { notify } = surroundings;
  const { externalBusinessId } = inputs;
  const taking = decideTakeOver(inputs, found);
  if (taking.act === "refuse") {
    const message = explainExists(inputs, taking.differing);
    throw new Error(withReplacement(message, surroundings));
  }
  const { toSend } = taking;
  const live = toSend.length === 0 ? found : await patch(client, inputs, toSend);
  const unseen = toSend.length === 0 ? "" : ` (${listed(toSend)} written, which cannot be compared)`;
  notify(
    taking.act === "overwrite"
      ? `integration '${externalBusinessId}' was at Pinterest already; adopted, ${listed(toSend)} overwritten`
      : `integration '${externalBusinessId}' was at Pinterest already, equal to the ${remedies().noun}'s${unseen}; it is managed from now on`,
    inputs,
  );
  return outputsAfterWrite(inputs, live);
}

/**
 * Without the option, which the classes set, the engine creates a resource before it deletes the old one if it does not ask the provider
 * first, as with `pulumi state taint`.
 */
function withReplacement(message: string, { currentUrn }: Surroundings): string {
  return currentUrn === undefined ? message : `${message}\nIf this is a replacement, ${deleteFirst}.`;
}
