import { isNotFound, isOwnedByAnother, PinterestError } from "../api";
import { updateCommand } from "../api/fleet-environment";
import type { Outputs } from "./bags";
import { find } from "./find";
import { deleteFirst, explainForeignDeletion } from "./messages";
import { decideDeletion } from "./ownership";
import { type Process, untilFirst, waitUntil } from "./process";
import { remedies } from "./remedies";
import type { Surroundings } from "./session";
import { findSettled } from "./settle";
import { explainUndeletable, isUnreachable } from "./unreachable";

/**
 * Longest wait for another resource that declares the ID, in milliseconds. If that resource depends on the one that is replaced, the wait is
 * in vain, because the engine processes it later.
 */
const pendingWaitMs = 10_000;

/**
 * Deletes an integration. Keeps it if another resource of the run holds it, even under another name, provider, or provider type. A missing
 * integration counts as deleted. If the account is unreachable, throws, or forgets the integration if the configuration allows that.
 */
export async function remove(previous: Outputs, process: Process): Promise<void> {
  const { ledger, surroundings } = process;
  const isDecided = () => decideDeletion(previous, ledger).action !== "pending";
  await waitUntil(isDecided, surroundings, pendingWaitMs);
  if (keepIfHeld(previous, process)) return;
  await process.deleteLimit.run(previous, async () => {
    await untilFirst("deleting", previous, process);
    // Meanwhile another resource may have adopted it.
    if (!keepIfHeld(previous, process)) await deleteOrForget(previous, process);
  });
}

/** Keeps the integration if another resource holds it. @returns whether it is kept. @throws Error if the holder is not known. */
function keepIfHeld(previous: Outputs, { ledger, surroundings }: Process): boolean {
  const { externalBusinessId } = previous;
  const { noun, entry } = remedies();
  let { action, holder } = decideDeletion(previous, ledger);
  if (action === "keep") {
    ledger.record("released", previous);
    // Of several resources for one integration, the last one deletes it. Two that release it at the same time both delete it.
    ({ action, holder } = decideDeletion(previous, ledger));
  }
  if (action === "keep") {
    const urn = surroundings.currentUrn?.();
    const isReplacement = urn !== undefined && holder?.urn === urn;
    surroundings.notify(
      isReplacement
        ? `integration '${externalBusinessId}' stays at Pinterest: its replacement adopted it. To delete and recreate it, ${deleteFirst}.`
        : `integration '${externalBusinessId}' stays at Pinterest: another ${entry} of this ${noun} manages it`,
      previous,
    );
    return true;
  }
  if (action === "failed") {
    throw new Error(
      `not deleted: integration '${externalBusinessId}' is also declared by another ${entry} of this ${noun}, which failed in this update. ` +
        `Fix that ${entry}, then run \`${updateCommand()}\` again.`,
    );
  }
  if (action === "pending") {
    throw new Error(
      `not deleted: another ${entry} of this ${noun} declares integration '${externalBusinessId}' in another account or provider, and may hold it. ` +
        `Deploy the change of \`externalBusinessId\` first, without a dependency between the two. Then run \`${updateCommand()}\` again.`,
    );
  }
  if (action === "undetermined") {
    throw new Error(
      `not deleted: the ${noun} may declare integration '${externalBusinessId}' in a resource that is not deployed. ` +
        `Run \`${updateCommand()}\` without \`--target\`. To delete the integration, run \`pulumi destroy\` without \`--run-program\`.`,
    );
  }
  return false;
}

async function deleteOrForget(
  previous: Outputs,
  { surroundings, ledger, unreachable }: Process,
): Promise<void> {
  try {
    await deleteAtPinterest(previous, surroundings);
    ledger.record("deleted", previous);
  } catch (error) {
    if (!isUnreachable(error)) {
      throw isOwnedByAnother(error) ? new Error(explainForeignDeletion(error)) : error;
    }
    if (surroundings.whenUnreachable !== "forget") {
      throw new Error(explainUndeletable(previous, error));
    }
    ledger.record("released", previous);
    unreachable.warnOfForgotten(previous, error);
  }
}

async function deleteAtPinterest(previous: Outputs, surroundings: Surroundings): Promise<void> {
  const { externalBusinessId, account } = previous;
  const client = surroundings.client(account);
  try {
    await client.deleteCommerceIntegration(externalBusinessId);
  } catch (error) {
    if (isNotFound(error)) {
      return;
    }
    if (!(error instanceof PinterestError) || error.outcome !== "unknown") {
      throw error;
    }
    // Soon after a create, a stale read does not find the integration.
    const isMissing = await findSettled(previous, surroundings, () => find(client, externalBusinessId)).then(
      (live) => live === undefined,
      // If the read fails too, report the failed deletion, because it is the cause.
      () => false,
    );
    if (!isMissing) throw error;
  }
}
