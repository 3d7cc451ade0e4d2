import { isNotFound, isOwnedByAnother, type PinterestClient, PinterestError } from "../pinterest";
import { updateCommand } from "../pinterest/run-by-fleet";
import type { Outputs } from "./bags";
import { find } from "./find";
import { explainForeignDeletion } from "./messages";
import type { Process } from "./process";
import { remedies } from "./remedies";
import { explainUndeletable, isUnreachable } from "./unreachable";

/**
 * Deletes an integration; one that is gone already is a success. One that this process has just created or taken over
 * under another name (a rename without alias: created anew, then deleted under its old name) is left standing, and so is
 * one that another resource of the program holds (such a rename, cut short between the two).
 *
 * Where the account is out of reach it fails, or forgets the integration if the configuration says so.
 */
export async function remove(previous: Outputs, process: Process): Promise<void> {
  const { externalBusinessId } = previous;
  const { session, claims, surroundings, deleteLimit } = process;
  const { noun, entry } = remedies();
  const deed = session.deed(previous);
  if (deed === "kept" || (deed === undefined && claims.hold(previous))) {
    surroundings.notify(
      `integration '${externalBusinessId}' is left standing at Pinterest: another ${entry} of this ${noun} has taken it over`,
      previous,
    );
    return;
  }
  if (deed === "declared") {
    throw new Error(
      `deleting integration '${externalBusinessId}': another ${entry} of this ${noun} declares it and failed in this ` +
        `update, so it is left standing. Mend that ${entry} and run \`${updateCommand()}\` again.`,
    );
  }
  await deleteLimit.run(externalBusinessId, () => deleteOrForget(previous, process));
}

async function deleteOrForget(
  previous: Outputs,
  { surroundings, session, unreachable }: Process,
): Promise<void> {
  const { externalBusinessId, account } = previous;
  try {
    await deleteAt(surroundings.client(account), externalBusinessId);
    session.record(previous, "deleted");
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
