import { PinterestApiError, type PinterestClient, PinterestError } from "../api";
import { isSecretField } from "../api/fields";
import type { Integration } from "../api/integration";
import { messageOf } from "../api/message-text";
import { listAll } from "../api/pages";
import { explainIgnored, explainUnknownOutcome, listed } from "./messages";
import {
  differingFields,
  type FieldNames,
  type Inputs,
  type Outputs,
  outputsAfterWrite,
  PartialFailure,
  pick,
  withLiveValues,
} from "./outputs";
import { findById, findIntegration, readUntil } from "./read";
import type { Session } from "./session";

type Patch = Parameters<PinterestClient["updateCommerceIntegration"]>[1];

/**
 * Sends the program's values of the named fields, and compares the answer with them, because Pinterest may ignore a field silently.
 *
 * If the outcome is unknown, reads the integration. If that does not show the outcome, state forgets the values of these fields, so that the
 * next update sends them again.
 *
 * @throws PartialFailure if a field was ignored, or the outcome stays unknown
 */
export async function patchIntegration(
  client: PinterestClient,
  inputs: Inputs,
  names: FieldNames,
  previous?: Outputs,
): Promise<Integration> {
  const { externalBusinessId, fields } = inputs;
  const failure = (
    message: string,
    failed: FieldNames,
    live: Integration | undefined,
    options?: ErrorOptions,
  ) => {
    const outputs = outputsAfterWrite(inputs, live, previous);
    const managed = [...new Set([...(previous?.managed ?? []), ...outputs.managed])];
    return new PartialFailure(message, withLiveValues({ ...outputs, managed }, failed, live), options);
  };
  let live: Integration;
  try {
    live = await client.updateCommerceIntegration(externalBusinessId, pick(fields, names) as Patch);
  } catch (error) {
    if (!hasUnknownOutcome(error)) throw error;
    const found = await findIntegration(client, externalBusinessId).catch((readError: unknown) => {
      throw failure(explainUnknownOutcome(error, readError), names, undefined, { cause: error });
    });
    const isWritten =
      found !== undefined && !names.some(isSecretField) && differingFields(names, fields, found).length === 0;
    if (!isWritten) throw failure(explainUnknownOutcome(error), names, found, { cause: error });
    live = found;
  }
  const ignored = differingFields(names, fields, live);
  if (ignored.length > 0) {
    throw failure(explainIgnored("updating", externalBusinessId, ignored), ignored, live);
  }
  return live;
}

/** Whether Pinterest may have executed a request that failed. */
export function hasUnknownOutcome(error: unknown): error is PinterestError {
  return error instanceof PinterestError && error.outcome === "unknown";
}

export interface ClearResult {
  /** The last answer, if the integration was read. */
  readonly live?: Integration | undefined;
  /** The fields that are not cleared, or may not be. */
  readonly uncleared: FieldNames;
  /** Why: sentences. */
  readonly reason: string;
}

/**
 * Clears fields in a request of its own, and reads the integration until they are cleared. Pinterest does not document that a field can be
 * cleared, so only an answer without a value counts.
 */
export async function clearFields(
  client: PinterestClient,
  { externalBusinessId }: Inputs,
  names: FieldNames,
  integrationId: string | undefined,
  session: Session,
): Promise<ClearResult> {
  const secrets = names.filter(isSecretField);
  const readable = names.filter((name) => !isSecretField(name));
  const findSecrets = async () =>
    (await findById(client, externalBusinessId, integrationId)) ?? findInList(client, externalBusinessId);
  const before = secrets.length > 0 ? await findSecrets() : undefined;
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
  const live = await readUntil(
    () => findIntegration(client, externalBusinessId),
    (found) => found !== undefined && fieldsSet(readable, found).length === 0,
    session,
  );
  if (live === undefined) {
    return { uncleared: names, reason: "Pinterest no longer shows the integration." };
  }
  // Pinterest omits secrets from the answers to some accounts, so a missing value only counts if there was one before.
  const shown = fieldsSet(secrets, before);
  const hidden = secrets.filter((name) => !shown.includes(name));
  const after =
    shown.length === 0
      ? undefined
      : await readUntil(
          findSecrets,
          (found) => found !== undefined && fieldsSet(shown, found).length === 0,
          session,
        );
  const held = [...fieldsSet(readable, live), ...(after === undefined ? shown : fieldsSet(shown, after))];
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

async function findInList(
  client: PinterestClient,
  externalBusinessId: string,
): Promise<Integration | undefined> {
  const { items } = await listAll(client);
  return items.find((item) => item.externalBusinessId === externalBusinessId);
}
