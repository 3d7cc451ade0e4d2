import { isNotFound, PinterestError } from "../pinterest";
import type { Outputs } from "./bags";
import { find } from "./find";
import type { Session, Surroundings } from "./session";

/**
 * Deletes an integration; one that is gone already is a success. One that this process has just created or taken over
 * under another name (a rename without alias: created anew, then deleted under its old name) is left standing.
 */
export async function remove(previous: Outputs, session: Session, surroundings: Surroundings): Promise<void> {
  const { externalBusinessId, account } = previous;
  const deed = session.deed(previous);
  if (deed === "kept") {
    surroundings.notify(
      `integration '${externalBusinessId}' is left standing at Pinterest: another resource of this program has taken it over`,
    );
    return;
  }
  if (deed === "declared") {
    throw new Error(
      `deleting integration '${externalBusinessId}': another resource of this program declares it and failed in this ` +
        "update, so it is left standing. Mend that resource and run `pulumi up` again.",
    );
  }
  const client = surroundings.client(account);
  try {
    await client.deleteCommerceIntegration(externalBusinessId);
  } catch (error) {
    if (!isNotFound(error)) {
      await decideByReading(error);
    }
  }
  session.record(previous, "deleted");

  async function decideByReading(error: unknown): Promise<void> {
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
