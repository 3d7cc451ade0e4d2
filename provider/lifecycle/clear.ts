import { PinterestApiError, type PinterestClient, PinterestError } from "../api";
import type { IntegrationFieldName } from "../api/fields";
import type { Integration } from "../api/integration";
import { listAll } from "../api/pages";
import { type Inputs, readableFieldNames, secretFieldNames } from "./bags";
import { find } from "./find";
import { listed, messageOf } from "./messages";
import { recordOf } from "./record-of";
import type { Surroundings } from "./session";
import { readUntil } from "./settle";

export interface ClearResult {
  /** What Pinterest showed at the end, where it was read. */
  live?: Integration | undefined;
  /** The fields that were not seen to be cleared, and why. */
  uncleared: readonly IntegrationFieldName[];
  why: string;
}

/**
 * Asks Pinterest to clear fields, in a request of its own, and reads back until they are gone or the time for it is
 * over. No description or client says that clearing works, so nothing counts as cleared that was not seen to be.
 */
export async function clear(
  client: PinterestClient,
  inputs: Inputs,
  names: readonly IntegrationFieldName[],
  integrationId: string | undefined,
  surroundings: Surroundings,
): Promise<ClearResult> {
  const { externalBusinessId } = inputs;
  const secrets = names.filter((name) => secretFieldNames.includes(name));
  const record = async () =>
    (await recordOf(client, externalBusinessId, integrationId)) ?? listedRecord(client, externalBusinessId);
  const shownBefore = secrets.length > 0 ? await record() : undefined;
  try {
    await client.updateCommerceIntegration(
      externalBusinessId,
      Object.fromEntries(names.map((name) => [name, null])),
    );
  } catch (error) {
    if (isInvalidRequest(error)) {
      return { uncleared: names, why: `Pinterest refused to clear it (${messageOf(error)}).` };
    }
    if (!(error instanceof PinterestError) || error.outcome !== "unknown") {
      throw error;
    }
  }
  const stillSet = (live: Integration | undefined, among: readonly IntegrationFieldName[]) =>
    among.filter((name) => live?.[name] !== undefined);
  const readable = names.filter((name) => readableFieldNames.includes(name));
  const live = await readUntil(
    () => find(client, externalBusinessId),
    (found) => found !== undefined && stillSet(found, readable).length === 0,
    surroundings,
  );
  if (live === undefined) {
    return { uncleared: names, why: "Pinterest no longer shows the integration." };
  }
  // Tokens and e-mail stand only in answers by number and in lists, and not in everybody's: absence counts where a value was shown before.
  const hidden = secrets.filter((name) => shownBefore?.[name] === undefined);
  const shown = secrets.filter((name) => !hidden.includes(name));
  const after =
    shown.length === 0
      ? undefined
      : await readUntil(
          record,
          (found) => found !== undefined && stillSet(found, shown).length === 0,
          surroundings,
        );
  const held = [...stillSet(live, readable), ...(after === undefined ? shown : stillSet(after, shown))];
  return { live, uncleared: [...held, ...hidden], why: explainUncleared(held, hidden) };
}

function explainUncleared(
  held: readonly IntegrationFieldName[],
  hidden: readonly IntegrationFieldName[],
): string {
  // All the names stand before the reason already; they are repeated where each half has a reason of its own.
  const both = held.length > 0 && hidden.length > 0;
  const stillHeld = `Pinterest still holds a value${both ? ` of ${listed(held)}` : ""} after being asked to clear it.`;
  const notShown = `Pinterest does not show whether ${both ? listed(hidden) : "it"} is cleared (its answers leave tokens and e-mail out for this account).`;
  return [held.length > 0 && stillHeld, hidden.length > 0 && notShown].filter(Boolean).join(" ");
}

async function listedRecord(
  client: PinterestClient,
  externalBusinessId: string,
): Promise<Integration | undefined> {
  const { items } = await listAll(client, {});
  return items.find((item) => item.externalBusinessId === externalBusinessId);
}

function isInvalidRequest(error: unknown): boolean {
  return error instanceof PinterestApiError && (error.status === 400 || error.status === 422);
}
