import { isNotFound, isOwnedByAnother, PinterestApiError, type PinterestClient } from "../api";
import { isSecretField } from "../api/fields";
import type { Integration } from "../api/integration";
import { accountInWords, messageOf } from "../api/message-text";
import { hasUnknownOutcome, patchIntegration, postIntegration } from "./create";
import { explainMove, explainNotCleared, listed } from "./messages";
import {
  type Bag,
  bagFromOutputs,
  type FieldNames,
  type Inputs,
  inputsFromBag,
  managedBy,
  type Outputs,
  outputsAfterWrite,
  outputsFromBag,
  PartialFailure,
  type ProviderInputs,
  pick,
  placeOf,
  withLiveValues,
} from "./outputs";
import { isSameIntegration } from "./ownership";
import { findById, readUntil } from "./read";
import type { Session } from "./session";
import { sameField } from "./values";

/**
 * Sends the fields that differ from state, clears or releases those that were removed from the program, and recreates an integration that
 * is missing. Returns the outputs.
 */
export async function updateIntegration(
  id: string,
  previous: Bag,
  news: Bag,
  session: Session,
): Promise<Bag> {
  session.listings.exclude(id);
  const known = outputsFromBag({ ...previous, externalBusinessId: id });
  const inputs = inputsFromBag(news);
  const client = session.client(inputs.account);
  await checkMove(client, known, inputs);
  try {
    return bagFromOutputs(await writeChanges(client, known, inputs, session));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    session.notify(
      known.integrationId === undefined
        ? `integration '${id}' was not created by an earlier update; it is created now`
        : `integration '${id}' was missing at Pinterest; it is recreated`,
      inputs,
    );
    return bagFromOutputs(await postIntegration(client, inputs, session));
  }
}

/**
 * Refuses a change of the account, except if the new account has the same integration: it may be another name or token of the same owner.
 */
async function checkMove(client: PinterestClient, previous: Outputs, inputs: Inputs): Promise<void> {
  const { externalBusinessId, account, providerName } = inputs;
  if (previous.account === account && previous.providerName === providerName) return;
  const refusal = (answer: string) =>
    new Error(explainMove(externalBusinessId, placeInWords(previous), placeInWords(inputs), answer));
  const live = await client.findCommerceIntegration(externalBusinessId).catch((error: unknown) => {
    throw isOwnedByAnother(error)
      ? refusal(`the new account may not access it (${messageOf(error)}).`)
      : error;
  });
  if (live === undefined) throw refusal("the new account has no such integration.");
  if (isSameIntegration({ ...live, ...placeOf(inputs) }, previous) === false) {
    throw refusal("the new account has another integration with this external business ID.");
  }
}

function placeInWords({ account, providerName }: ProviderInputs): string {
  const provider = providerName === undefined ? "the default provider" : `provider '${providerName}'`;
  return account === undefined ? provider : `${accountInWords(account)} of ${provider}`;
}

async function writeChanges(
  client: PinterestClient,
  previous: Outputs,
  inputs: Inputs,
  session: Session,
): Promise<Outputs> {
  const { externalBusinessId, fields } = inputs;
  const changed = managedBy(inputs).filter((name) => !sameField(name, fields[name], previous.fields[name]));
  const removed = previous.managed.filter((name) => !(name in fields));
  const live =
    changed.length > 0
      ? await patchIntegration(client, inputs, changed, previous)
      : await client.getCommerceIntegration(externalBusinessId);
  const outputs = outputsAfterWrite(inputs, live, previous);
  if (removed.length > 0 && inputs.whenRemoved === "release") {
    session.notify(
      `integration '${externalBusinessId}': no longer managed, and left as it is at Pinterest: ${listed(removed)}`,
      inputs,
    );
    return outputs;
  }
  // If the response to a write was lost, Pinterest can have a value that state does not have.
  const toClear = removed.filter(
    (name) => name in previous.fields || live[name] !== undefined || isSecretField(name),
  );
  if (toClear.length === 0) return outputs;
  // Until a response shows that they are cleared, these fields stay managed, so that the next update clears them.
  const withUncleared = (names: FieldNames): Outputs => ({
    ...outputs,
    managed: [...outputs.managed, ...names],
    fields: { ...outputs.fields, ...pick(previous.fields, names) },
  });
  const cleared = await clearFields(client, outputs, toClear, session).catch((error: unknown) => {
    throw isNotFound(error)
      ? error
      : new PartialFailure(messageOf(error), withUncleared(toClear), { cause: error });
  });
  const { uncleared, reason } = cleared;
  const confirmed = toClear.filter((name) => !uncleared.includes(name));
  const result = withLiveValues(withUncleared(uncleared), confirmed, cleared.live);
  if (uncleared.length === 0) return result;
  throw new PartialFailure(explainNotCleared(externalBusinessId, uncleared, reason), result);
}

interface ClearResult {
  /** The last response, if the integration was read. */
  readonly live?: Integration | undefined;
  /** The fields that are not cleared, or may not be. */
  readonly uncleared: FieldNames;
  /** Why: sentences. */
  readonly reason: string;
}

/**
 * Clears fields in a separate request, and reads the integration until they are cleared. Pinterest does not document that a field can be
 * cleared, so only a response without a value counts.
 */
async function clearFields(
  client: PinterestClient,
  { externalBusinessId, integrationId }: Outputs,
  names: FieldNames,
  session: Session,
): Promise<ClearResult> {
  const secrets = names.filter(isSecretField);
  const readable = names.filter((name) => !isSecretField(name));
  const findSecrets = () => findById(client, externalBusinessId, integrationId);
  // Pinterest omits secrets from the responses to some accounts, so a missing value only counts if there was one before.
  const shown = secrets.length > 0 ? fieldsSet(secrets, await findSecrets()) : [];
  try {
    await client.updateCommerceIntegration(
      externalBusinessId,
      Object.fromEntries(names.map((name) => [name, null])),
    );
  } catch (error) {
    if (error instanceof PinterestApiError && [400, 422].includes(error.status)) {
      return { uncleared: names, reason: `Pinterest refused to clear it (${messageOf(error)}).` };
    }
    if (!hasUnknownOutcome(error)) throw error;
  }
  const readUntilCleared = (find: () => Promise<Integration | undefined>, cleared: FieldNames) =>
    readUntil(find, (found) => found !== undefined && fieldsSet(cleared, found).length === 0, session);
  const live = await readUntilCleared(() => client.findCommerceIntegration(externalBusinessId), readable);
  if (live === undefined) {
    return { uncleared: names, reason: "Pinterest no longer shows the integration." };
  }
  const after = shown.length === 0 ? undefined : await readUntilCleared(findSecrets, shown);
  const held = [...fieldsSet(readable, live), ...(after === undefined ? shown : fieldsSet(shown, after))];
  const hidden = secrets.filter((name) => !shown.includes(name));
  return { live, uncleared: [...held, ...hidden], reason: explainUncleared(held, hidden) };
}

function fieldsSet<Name extends FieldNames[number]>(names: readonly Name[], live: Integration | undefined) {
  return names.filter((name) => live?.[name] !== undefined);
}

function explainUncleared(held: FieldNames, hidden: FieldNames): string {
  // The message names all fields before the reason. If there are two reasons, each names its own.
  const hasTwoReasons = held.length > 0 && hidden.length > 0;
  const stillHeld = `Pinterest still holds a value${hasTwoReasons ? ` of ${listed(held)}` : ""} after being asked to clear it.`;
  const notShown = `Pinterest does not show whether ${hasTwoReasons ? listed(hidden) : "it"} is cleared (its answers omit tokens and e-mail for this account).`;
  return [held.length > 0 && stillHeld, hidden.length > 0 && notShown].filter(Boolean).join(" ");
}
