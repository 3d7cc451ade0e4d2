import { isNotFound, isOwnedByAnother } from "../api";
import type { Bag } from "../base/bag";
import { accountInWords, sentence } from "../base/message-text";
import { counted } from "../base/words";
import { DeploymentError } from "../run/failure";
import { decideDeletion, limitsOf } from "../run/ownership";
import { isRefusedOrUnconfigured } from "./drift-check";
import {
  afterIncreasedLimit,
  explainForeignDeletion,
  explainKept,
  explainProblem,
  explainRetained,
  explainUndeletable,
  summaryOf,
} from "./messages";
import { identityOf, type Outputs, outputsFromBag } from "./outputs";
import { needsOutcomeRead } from "./patch";
import type { Session } from "./session";
import { findRetryingStale, readUntil } from "./stale-reads";

/**
 * The first deletions wait for this time until no other one is requested. The engine requests as many at once as `--parallel` allows, but
 * writes its state before each one, which takes longer with a large state on a busy machine.
 */
const quietMs = 500;

/**
 * Deletes an integration. Keeps it if another resource of the run holds it, even under another name, provider, or provider type. A missing
 * integration counts as deleted. If the account has no token, or Pinterest refuses it, `whenUnreachable` decides: the deletion fails, or the resource
 * only leaves state.
 *
 * @param urn the resource's URN, if it is known
 * @throws Error if the deletion is refused (see {@link decideDeletion}), the delete limit is exceeded, or Pinterest does not confirm it.
 */
export async function deleteIntegration(
  id: string,
  previous: Bag,
  session: Session,
  urn?: string,
): Promise<void> {
  const known = outputsFromBag({ ...previous, externalBusinessId: id });
  const identity = identityOf(known, urn);
  const { ledger, notify, wording } = session;
  session.listings.exclude(id);
  ledger.record("leaving", identity);
  try {
    const decide = () => decideDeletion(identity, ledger.completeRecords(), session);
    let decision = decide();
    if (decision.action === "delete") {
      // Before the check of the limit, so that the processes of a run count each other's deletions.
      ledger.record("deleting", identity);
      await checkDeleteLimit(known, session);
      // The check waits for other deletions, and another resource can take the integration during this time.
      decision = decide();
    }
    let end: DeletionEnd = "removed";
    switch (decision.action) {
      case "fail":
        throw new DeploymentError(
          `deletion-${decision.reason}`,
          `not deleted: ${explainProblem(decision.reason, known, wording)}`,
        );
      case "keep":
        notify(explainKept(known, urn, decision.holder, session), known);
        break;
      case "retain":
        notify(explainRetained(known, wording), known);
        break;
      case "delete": {
        const deletion = deleteAtPinterest(known, session);
        session.deletions.sent.add(deletion);
        end = await deletion;
      }
    }
    ledger.record(end, identity);
  } catch (error) {
    // The resource stays in state, so another one that leaves keeps the integration.
    ledger.record("held", identity);
    throw error;
  }
}

/**
 * Counts the deletions of all provider processes. The engine never reports how many deletions follow, so the first ones of a process wait until no
 * other one is requested for some time. A failed deletion counts too, because Pinterest may have carried it out. With a limit of 40:
 *
 *     0.0 to 0.2 s   40 deletions are requested, and wait
 *     1.0 s          none was added since the check at 0.5 s: all 40 are within the limit, and are sent
 *     later          the 41st fails, after the sent ones have ended
 *
 * @throws Error if the run exceeds the delete limit
 */
async function checkDeleteLimit({ externalBusinessId }: Outputs, session: Session): Promise<void> {
  const { deletions, ledger, wording } = session;
  const { deleteLimit } = limitsOf(ledger.completeRecords());
  if (deleteLimit === undefined) return;
  deletions.quiet ??= untilQuiet(session);
  await deletions.quiet;
  const requested = ledger.completeRecords().requestedDeletions;
  if (requested <= deleteLimit) return;
  // The message reports the number of succeeded deletions of all processes. This process waits only for its own deletions.
  await Promise.allSettled(deletions.sent);
  const deleted = ledger.completeRecords().succeededDeletions;
  const some = `${deleted} ${deleted === 1 ? "was" : "were"} deleted before the limit was exceeded`;
  throw new DeploymentError(
    "delete-limit",
    `deleting integration '${externalBusinessId}': this update requests at least ${counted(requested, "deletion")}, and ` +
      `${wording.deleteLimit} allows ${deleteLimit} in one command; ${deleted === 0 ? "nothing was deleted at Pinterest" : some}. ` +
      "Check the preview: an empty query result can cause unintended deletions. " +
      "To delete all of them, set the environment variable `PINTEREST_DELETE_LIMIT=<number>` for one command. It overrides the configuration. " +
      "The number is the sum of deletions and replacements in the preview, without those of renamed resources. " +
      afterIncreasedLimit(session),
  );
}

async function untilQuiet({ ledger, sleep }: Session): Promise<void> {
  let before: number;
  do {
    before = ledger.completeRecords().requestedDeletions;
    // If the operation is canceled, judge at once.
    await sleep(quietMs).catch(() => {});
  } while (ledger.completeRecords().requestedDeletions > before);
}

/** Whether the deletion at Pinterest succeeded, or the resource has only left state. */
type DeletionEnd = "deleted" | "removed";

/** Deletes an integration at Pinterest. If its account cannot be accessed and `whenUnreachable` is `forget`, warns that it stays. */
async function deleteAtPinterest(known: Outputs, session: Session): Promise<DeletionEnd> {
  try {
    await deleteAndConfirm(known, session);
    return "deleted";
  } catch (error) {
    // A 403 can mean both: another owner's integration, or an account that Pinterest refuses.
    if (!isRefusedOrUnconfigured(error))
      throw isOwnedByAnother(error)
        ? new Error(explainForeignDeletion(error, session.wording), { cause: error })
        : error;
    if (session.whenUnreachable !== "forget")
      throw new Error(explainUndeletable(known, error, session.wording), { cause: error });
    warnOfForgotten(known, error, session);
    return "removed";
  }
}

/**
 * Deletes an integration at Pinterest. Results:
 *
 *     response                     result
 *     proves the deletion          deleted
 *     other success, or 404        deleted, if a read shows it, otherwise `still-shown`: a 404 can come from something other than Pinterest
 *     404 of an uncertain create   deleted, if repeated reads do not show it; if it appears late, the same as another 404
 *     unknown outcome              deleted, if a read that is not stale shows it, otherwise the error
 *     refused                      the error
 *
 * A create whose outcome is unknown is uncertain: it leaves state without an integration ID, and its integration may appear late.
 */
async function deleteAndConfirm(known: Outputs, session: Session): Promise<void> {
  const { externalBusinessId, account } = known;
  const client = session.client(account);
  const find = () => client.findCommerceIntegration(externalBusinessId);
  const isCreateUncertain = known.integrationId === undefined;
  const isMissing = async () => {
    try {
      return (await findRetryingStale(known, session, find, { isCreateUncertain })) === undefined;
    } catch {
      // Report the failed deletion, because it is the cause.
      return false;
    }
  };
  try {
    if (await client.deleteCommerceIntegration(externalBusinessId)) return;
  } catch (error) {
    const needsRead = needsOutcomeRead(error) || (isNotFound(error) && isCreateUncertain);
    if (needsRead && (await isMissing())) return;
    // After a 404, only a read shows whether the integration is missing.
    if (!isNotFound(error)) throw error;
  }
  if ((await readUntil(find, (live) => live === undefined, session)) !== undefined)
    throw new DeploymentError(
      "still-shown",
      `not deleted: integration '${externalBusinessId}': Pinterest still shows it after the request. Repeat the command. To keep it at ` +
        `Pinterest, ${session.wording.forget}.`,
    );
}

/** Warns that an integration was removed from state only. */
function warnOfForgotten(known: Outputs, error: unknown, { notify }: Session): void {
  const { externalBusinessId, integrationId, account, providerName } = known;
  const id = integrationId === undefined ? "" : ` (integration ID ${integrationId})`;
  notify(
    `WARNING: integration '${externalBusinessId}'${id} was NOT deleted at Pinterest. It was only removed from state, because ` +
      `${accountInWords(account, providerName)} cannot be accessed: ${sentence(summaryOf(error))} If the integration still exists, its owner must disconnect it ` +
      "at Pinterest.",
    known,
  );
}
