import { isNotFound, isOwnedByAnother, type PinterestClient, PinterestError } from "../pinterest";
import { updateCommand } from "../pinterest/run-by-fleet";
import type { Outputs } from "./bags";
import { find } from "./find";
import { deleteFirst, explainForeignDeletion } from "./messages";
import { fateOf } from "./ownership";
import type { Process } from "./process";
import { remedies } from "./remedies";
import { explainUndeletable, isUnreachable } from "./unreachable";

/**
 * Deletes an integration, unless another resource of the run holds it, whatever its name, provider, or provider type. If the integration is
 * missing, that is a success. If the account is unreachable, it fails, or forgets the integration if the configuration says so.
 */
export async function remove(previous: Outputs, process: Process): Promise<void> {
  const { externalBusinessId } = previous;
  const { ledger, surroundings, deleteLimit } = process;
  const { noun, entry } = remedies();
  const { act, holder } = fateOf(previous, ledger);
  if (act === "keep") {
    const urn = surroundings.currentUrn?.();
    const isReplacement = urn !== undefined && holder?.urn === urn;
    surroundings.notify(
      isReplacement
        ? `integration '${externalBusinessId}' stays at Pinterest: its replacement has adopted it. To delete and recreate it, ${deleteFirst}.`
        : `integration '${externalBusinessId}' stays at Pinterest: another ${entry} of this ${noun} manages it`,
      previous,
    );
    return;
  }
  if (act === "failed") {
    throw new Error(
      `deleting integration '${externalBusinessId}': another ${entry} of this ${noun} declares it and failed in this ` +
        `update, so it stays at Pinterest. Fix that ${entry} and run \`${updateCommand()}\` again.`,
    );
  }
  if (act === "undetermined") {
    throw new Error(
      `deleting integration '${externalBusinessId}': the ${noun} declares it under a name that is not in state, so it stays at Pinterest. ` +
        `Run \`${updateCommand()}\` without \`--target\` first, or, to delete it, \`pulumi destroy\` without \`--run-program\`.`,
    );
  }
  await deleteLimit.run(previous, () => deleteOrForget(previous, process));
}

async function deleteOrForget(
  previous: Outputs,
  { surroundings, ledger, unreachable }: Process,
): Promise<void> {
  const { externalBusinessId, account } = previous;
  try {
    await deleteAt(surroundings.client(account), externalBusinessId);
    ledger.record("deleted", previous);
  } catch (error) {
    if (!isUnreachable(error)) {
      throw isOwnedByAnother(error) ? new Error(explainForeignDeletion(error)) : error;
    }
    if (surroundings.whenUnreachable !== "forget") {
      throw new Error(explainUndeletable(previous, error));
    }
    unreachable.warnOfForgotten(previous, error);
  }
}

async function deleteAt(client: PinterestClient, externalBusinessId: string): Promise<void> {
  try {
    await client.deleteCommerceIntegration(externalBusinessId);
  } catch (error) {
    if (isNotFound(error)) {
      return;
    }
    if (!(error instanceof PinterestError) || error.outcome !== "unknown") {
      throw error;
    }
    // A failing read tells nothing more than the failed deletion does: that one is the error to show.
    const live = await find(client, externalBusinessId).catch(() => "unreadable" as const);
    if (live !== undefined) {
      throw error;
    }
  }
}
