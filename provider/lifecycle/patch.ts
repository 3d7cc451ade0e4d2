import {
  type FieldNames,
  type Integration,
  isNotFound,
  isSecretField,
  PinterestApiError,
  type PinterestClient,
  PinterestError,
} from "../api";
import { pick } from "../base/bag";
import { messageOf } from "../base/message-text";
import type { Wording } from "../run/wording";
import { explainIgnored, explainNotCleared, explainUnknownOutcome, propertyList } from "./messages";
import {
  differingFields,
  type Explanation,
  type Inputs,
  managedBy,
  type Outputs,
  outputsAfterWrite,
  PartialFailure,
  withLiveValues,
} from "./outputs";
import { findById } from "./read";
import type { Session } from "./session";
import { readUntil } from "./stale-reads";
import { sameField } from "./values";
import { withFailedFields } from "./written";

/** @param failed the fields that Pinterest does not have, or may not have */
export function partialFailure(
  inputs: Inputs,
  explanation: Explanation,
  failed: FieldNames,
  live: Integration | undefined,
  previous?: Outputs,
): PartialFailure {
  const outputs = outputsAfterWrite(inputs, live, previous);
  const managed = [...new Set([...(previous?.managed ?? []), ...outputs.managed])];
  // Without a read, nothing shows that these fields still have the values of the previous record.
  const before = live === undefined ? undefined : previous?.written;
  const written = withFailedFields(outputs.written ?? "", before, failed);
  return new PartialFailure(explanation, withLiveValues({ ...outputs, managed, written }, failed, live));
}

/**
 * Sends the program's values of the named fields, and compares the response with them, because Pinterest may ignore a field silently.
 *
 * If the outcome is unknown, reads the integration. If that does not show the outcome, the values of these fields are removed from state, so
 * that the next update sends them again.
 *
 * @throws PartialFailure if a field was ignored, or the outcome stays unknown
 */
export async function patchIntegration(
  client: PinterestClient,
  inputs: Inputs,
  names: FieldNames,
  { wording }: Pick<Session, "wording">,
  previous?: Outputs,
): Promise<Integration> {
  const { externalBusinessId, fields } = inputs;
  let live: Integration;
  try {
    live = await client.updateCommerceIntegration(externalBusinessId, pick(fields, names));
  } catch (error) {
    if (!needsOutcomeRead(error)) throw error;
    const found = await client.findCommerceIntegration(externalBusinessId).catch((readError: unknown) => {
      const message = explainUnknownOutcome(error, wording, { error: readError });
      throw partialFailure(inputs, { message, cause: error }, names, undefined, previous);
    });
    const isWritten = found !== undefined && differingFields(names, fields, found).length === 0;
    if (!isWritten || names.some(isSecretField)) {
      const read = found === undefined ? "missing" : isWritten ? "hides secrets" : "differs";
      const message = explainUnknownOutcome(error, wording, read);
      throw partialFailure(inputs, { message, cause: error }, names, found, previous);
    }
    live = found;
  }
  const ignored = differingFields(names, fields, live);
  if (ignored.length > 0) {
    const message = explainIgnored("updating", externalBusinessId, ignored, wording);
    throw partialFailure(inputs, { message, topic: "ignored-property" }, ignored, live, previous);
  }
  return live;
}

/**
 * Whether a failed request needs a read to determine its outcome. A retry that gets 404 needs none: the integration is missing, whether or not
 * an earlier attempt was executed.
 */
export function needsOutcomeRead(error: unknown): error is PinterestError {
  return error instanceof PinterestError && error.outcome === "unknown" && !isNotFound(error);
}

/**
 * Sends the fields that differ from the previous outputs, and clears or releases those that the program no longer manages.
 *
 * @param current the integration, if it was just read
 */
export async function writeChanges(
  client: PinterestClient,
  previous: Outputs,
  inputs: Inputs,
  session: Session,
  current?: Integration,
): Promise<Outputs> {
  const { externalBusinessId, fields } = inputs;
  const changed = managedBy(inputs).filter((name) => !sameField(name, fields[name], previous.fields[name]));
  const removed = previous.managed.filter((name) => !(name in fields));
  const live =
    changed.length > 0
      ? await patchIntegration(client, inputs, changed, session, previous)
      : (current ?? (await client.getCommerceIntegration(externalBusinessId)));
  const outputs = outputsAfterWrite(inputs, live, previous);
  if (removed.length > 0 && inputs.whenRemoved === "release") {
    session.notify(
      `integration '${externalBusinessId}': no longer managed, and left as it is at Pinterest: ${propertyList(removed)}`,
      inputs,
    );
    return outputs;
  }
  // If the response to a write was lost, Pinterest can have a value that state does not have.
  const toClear = removed.filter(
    (name) => name in previous.fields || live[name] !== undefined || isSecretField(name),
  );
  return toClear.length === 0 ? outputs : await clearRemoved(client, previous, outputs, toClear, session);
}

/**
 * Clears fields that the program no longer has. State afterwards, by field:
 *
 *     cleared, which a read shows             not managed, without a value
 *     not cleared: the request had no effect  managed, with its previous value
 *     not cleared, or possibly not            managed, with the value that a read shows; a secret without one, because it may be cleared
 *
 * The next update clears a field that is managed and not in the program. If the program has the field again, the update sends its value, unless
 * state has the same one.
 *
 * @param outputs the outputs after the write of the other fields
 * @throws PartialFailure if a field is not cleared, or possibly not
 */
async function clearRemoved(
  client: PinterestClient,
  previous: Outputs,
  outputs: Outputs,
  toClear: FieldNames,
  session: Session,
): Promise<Outputs> {
  const { externalBusinessId } = outputs;
  const { wording } = session;
  const managing = (uncleared: FieldNames) => ({ ...outputs, managed: [...outputs.managed, ...uncleared] });
  const shownBefore = await requestClearing(client, outputs, toClear).catch((error: unknown) => {
    if (isNotFound(error)) throw error;
    const unchanged = { ...outputs.fields, ...pick(previous.fields, toClear) };
    throw new PartialFailure(explainRefusedClearing(error, externalBusinessId, toClear, wording), {
      ...managing(toClear),
      fields: unchanged,
    });
  });
  const { live, uncleared, reason } = await readCleared(client, outputs, toClear, shownBefore, session).catch(
    (error: unknown) => {
      throw new PartialFailure(
        { message: messageOf(error), cause: error },
        withLiveValues(managing(toClear), toClear, undefined),
      );
    },
  );
  const result = withLiveValues(managing(uncleared), toClear, live);
  if (uncleared.length === 0) return result;
  const message = explainNotCleared(externalBusinessId, uncleared, reason, wording);
  throw new PartialFailure({ message, topic: "not-cleared" }, result);
}

/**
 * Clears fields in a separate request. Returns the secrets that Pinterest showed before.
 *
 * @throws an error if the request had no effect
 */
async function requestClearing(
  client: PinterestClient,
  { externalBusinessId, integrationId }: Outputs,
  names: FieldNames,
): Promise<FieldNames> {
  const secrets = names.filter(isSecretField);
  const shown =
    secrets.length > 0 ? fieldsSet(secrets, await findById(client, externalBusinessId, integrationId)) : [];
  try {
    await client.updateCommerceIntegration(
      externalBusinessId,
      Object.fromEntries(names.map((name) => [name, null])),
    );
  } catch (error) {
    if (!needsOutcomeRead(error)) throw error;
  }
  return shown;
}

interface ClearResult {
  /** The last response, if there is an integration. */
  readonly live?: Integration | undefined;
  /** The fields that are not cleared, or possibly not. */
  readonly uncleared: FieldNames;
  /** Why: sentences. */
  readonly reason: string;
}

/**
 * Reads the integration until the named fields are cleared. Pinterest does not document that a field can be cleared, so only a response without a
 * value counts. It omits secrets from the responses to some accounts, so a missing secret only counts if it was shown before.
 */
async function readCleared(
  client: PinterestClient,
  { externalBusinessId, integrationId }: Outputs,
  names: FieldNames,
  shownBefore: FieldNames,
  session: Session,
): Promise<ClearResult> {
  const readable = names.filter((name) => !isSecretField(name));
  const readUntilCleared = (find: () => Promise<Integration | undefined>, cleared: FieldNames) =>
    readUntil(find, (found) => found !== undefined && fieldsSet(cleared, found).length === 0, session);
  const live = await readUntilCleared(() => client.findCommerceIntegration(externalBusinessId), readable);
  if (live === undefined) {
    return { uncleared: names, reason: "Pinterest no longer shows the integration." };
  }
  const findSecrets = () => findById(client, externalBusinessId, integrationId);
  const after = shownBefore.length === 0 ? undefined : await readUntilCleared(findSecrets, shownBefore);
  const notCleared = [
    ...fieldsSet(readable, live),
    ...(after === undefined ? shownBefore : fieldsSet(shownBefore, after)),
  ];
  const hidden = names.filter((name) => isSecretField(name) && !shownBefore.includes(name));
  return { live, uncleared: [...notCleared, ...hidden], reason: explainUncleared(notCleared, hidden) };
}

function explainRefusedClearing(
  error: unknown,
  externalBusinessId: string,
  names: FieldNames,
  wording: Wording,
): Explanation {
  if (!(error instanceof PinterestApiError && [400, 422].includes(error.status))) {
    return { message: messageOf(error), cause: error };
  }
  const reason = `Pinterest refused to clear it (${messageOf(error)}).`;
  return { message: explainNotCleared(externalBusinessId, names, reason, wording), topic: "not-cleared" };
}

function fieldsSet<Name extends FieldNames[number]>(names: readonly Name[], live: Integration | undefined) {
  return names.filter((name) => live?.[name] !== undefined);
}

function explainUncleared(held: FieldNames, hidden: FieldNames): string {
  // The message names all fields before the reason. If there are two reasons, each names its own.
  const hasTwoReasons = held.length > 0 && hidden.length > 0;
  const stillHeld = `Pinterest still holds a value${hasTwoReasons ? ` of ${propertyList(held)}` : ""} after being asked to clear it.`;
  const notShown = `Pinterest does not show whether ${hasTwoReasons ? propertyList(hidden) : "it"} is cleared (its responses omit tokens and e-mail for this account).`;
  return [held.length > 0 && stillHeld, hidden.length > 0 && notShown].filter(Boolean).join(" ");
}
