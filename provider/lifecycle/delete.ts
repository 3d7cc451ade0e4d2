import { isNotFound, isOwnedByAnother } from "../api";
import { updateCommand } from "../api/fleet-environment";
import { accountInWords, messageOf, sentence } from "../api/message-text";
import { hasUnknownOutcome } from "./create";
import { isUnreachable } from "./drift-check";
import { deleteFirst, explainForeignDeletion, explainUndeletable, summaryOf, terms } from "./messages";
import { type Bag, type Outputs, outputsFromBag } from "./outputs";
import { decideDeletion, pollMs, waitForTurn } from "./ownership";
import { findRetryingStale } from "./read";
import type { Session } from "./session";

/**
 * Longest wait for another resource that declares the ID, in milliseconds. If that resource depends on the one that is replaced, the wait is
 * in vain, because the engine processes it later.
 */
const pendingWaitMs = 10_000;

/**
 * The first deletions wait until no other one is requested for this time, in milliseconds. The engine requests as many at once as
 * `--parallel` allows, but writes its state before each one, which takes longer with a large state on a busy machine.
 */
const quietMs = 500;

/**
 * Deletes an integration. Keeps it if another resource of the run holds it, even under another name, provider, or provider type. A missing
 * integration counts as deleted. If the account is unreachable, throws, or removes it only from state if the configuration allows that.
 */
export async function deleteIntegration(id: string, previous: Bag, session: Session): Promise<void> {
  const known = outputsFromBag({ ...previous, externalBusinessId: id });
  const { deletions, ledger, now, sleep } = session;
  session.listings.exclude(id);
  const endsAt = now() + pendingWaitMs;
  const isUndecided = () => ["pending", "proposed"].includes(decideDeletion(known, ledger).action);
  while (isUndecided() && now() <= endsAt) await sleep(pollMs);
  if (keepIfHeld(known, session)) return;
  await assertReplaceable(known, session);
  ledger.record("deleting", known);
  try {
    await checkDeleteLimit(known, session);
    const deletion = deleteInTurn(known, session);
    deletions.running.add(deletion);
    await deletion;
  } catch (error) {
    ledger.record("released", known);
    // Another resource must not delete it instead.
    ledger.record("held", known);
    throw error;
  }
}

async function deleteInTurn(known: Outputs, session: Session): Promise<void> {
  const { ledger, whenUnreachable } = session;
  await waitForTurn("deleting", known, session);
  // Meanwhile another resource may have adopted it.
  if (keepIfHeld(known, session)) return;
  try {
    await deleteAtPinterest(known, session);
    ledger.record("deleted", known);
  } catch (error) {
    // A 403 can mean both: another owner's integration, or an account that Pinterest refuses.
    if (!isUnreachable(error)) {
      throw isOwnedByAnother(error) ? new Error(explainForeignDeletion(error)) : error;
    }
    if (whenUnreachable !== "forget") throw new Error(explainUndeletable(known, error));
    ledger.record("released", known);
    warnOfForgotten(known, error, session);
  }
}

/** Keeps the integration if another resource holds it. @returns whether it is kept. @throws Error if the holder is not known. */
function keepIfHeld(known: Outputs, session: Session): boolean {
  const { currentUrn, ledger, notify } = session;
  const integration = `integration '${known.externalBusinessId}'`;
  let { action, holder } = decideDeletion(known, ledger);
  if (action === "keep") {
    ledger.record("released", known);
    // Of several resources for one integration, the last one deletes it. Two that release it at the same time both delete it.
    ({ action, holder } = decideDeletion(known, ledger));
  }
  if (action === "delete" || action === "proposed") return false;
  const { noun, entry } = terms();
  const command = `\`${updateCommand()}\``;
  if (action === "keep") {
    const urn = currentUrn?.();
    const isReplacement = urn !== undefined && holder?.urn === urn;
    notify(
      isReplacement
        ? `${integration} stays at Pinterest: its replacement adopted it. To delete and recreate it, ${deleteFirst}.`
        : `${integration} stays at Pinterest: another ${entry} of this ${noun} manages it`,
      known,
    );
    return true;
  }
  const reasons = {
    failed:
      `${integration} is also declared by another ${entry} of this ${noun}, which failed in this update. ` +
      `Fix that ${entry}, then run ${command} again.`,
    pending:
      `another ${entry} of this ${noun} declares ${integration} in another account or provider, and may hold it. ` +
      `Deploy the change of \`externalBusinessId\` first, without a dependency between the two. Then run ${command} again.`,
    undetermined:
      `the ${noun} may declare ${integration} in a resource that is not deployed. ` +
      `Run ${command} without \`--target\`. To delete the integration, run \`pulumi destroy\` without \`--run-program\`.`,
  };
  throw new Error(`not deleted: ${reasons[action]}`);
}

/**
 * Checks that a replacement in another account can be created, because the engine deletes the integration first.
 *
 * @throws Error if the other account cannot be used.
 */
async function assertReplaceable(known: Outputs, session: Session): Promise<void> {
  const { externalBusinessId, account } = known;
  const replacement = session.ledger.replacementOf(known);
  if (replacement === undefined || replacement.account === account) return;
  try {
    const client = session.client(replacement.account);
    // Before the deletion, the other account may not read an integration with the same ID.
    if (replacement.externalBusinessId === externalBusinessId) await client.listIntegrations({ pageSize: 1 });
    else await client.findCommerceIntegration(replacement.externalBusinessId);
  } catch (error) {
    throw new Error(
      `integration '${externalBusinessId}' was not deleted, because its replacement in ${accountInWords(replacement.account)} cannot be ` +
        `created: ${sentence(messageOf(error))} Then run \`${updateCommand()}\` again.`,
    );
  }
}

/**
 * Counts the deletions of all provider processes. The engine never reports how many deletions follow, so each process judges its first
 * deletions together, and later ones when they are requested. It cannot stop earlier deletions of another process. A failed deletion counts
 * too, because Pinterest may have carried it out.
 *
 * @throws Error if the run exceeds the delete limit
 */
async function checkDeleteLimit({ externalBusinessId }: Outputs, session: Session): Promise<void> {
  const { deleteLimit, deletions, ledger } = session;
  if (deleteLimit === undefined) return;
  deletions.quiet ??= untilQuiet(session);
  await deletions.quiet;
  if (ledger.count("deleting") <= deleteLimit) return;
  // The message reports the number of finished deletions.
  await Promise.allSettled(deletions.running);
  const deleted = ledger.count("deleted");
  const some = `${deleted} ${deleted === 1 ? "was" : "were"} deleted before the limit was exceeded`;
  throw new Error(
    `deleting integration '${externalBusinessId}': this update deletes more integrations than \`pinterest:deleteLimit\` ` +
      `(PINTEREST_DELETE_LIMIT) allows in one command, which is ${deleteLimit}; ${deleted === 0 ? "nothing was deleted" : some}. ` +
      "Check the preview: an empty query result can cause unintended deletions. " +
      "To delete all of them, set the environment variable `PINTEREST_DELETE_LIMIT=<number>` for one command. It overrides the configuration.",
  );
}

async function untilQuiet({ ledger, sleep }: Session): Promise<void> {
  for (let count = -1; count < ledger.count("deleting"); ) {
    count = ledger.count("deleting");
    // If the operation is canceled, judge at once.
    await sleep(quietMs).catch(() => {});
  }
}

async function deleteAtPinterest(known: Outputs, session: Session): Promise<void> {
  const { externalBusinessId, account } = known;
  const client = session.client(account);
  try {
    await client.deleteCommerceIntegration(externalBusinessId);
  } catch (error) {
    if (isNotFound(error)) return;
    if (!hasUnknownOutcome(error)) throw error;
    // Soon after a create, a stale read does not find the integration.
    const find = () => client.findCommerceIntegration(externalBusinessId);
    const isMissing = await findRetryingStale(known, session, find).then(
      (live) => live === undefined,
      // If the read fails too, report the failed deletion, because it is the cause.
      () => false,
    );
    if (!isMissing) throw error;
  }
}

/** Warns that an integration was removed from state only. */
function warnOfForgotten(known: Outputs, error: unknown, { notify }: Session): void {
  const { externalBusinessId, integrationId, account } = known;
  const id = integrationId === undefined ? "" : ` (integration ID ${integrationId})`;
  notify(
    `WARNING: integration '${externalBusinessId}'${id} was NOT deleted at Pinterest. It was only removed from state, because ` +
      `${accountInWords(account)} cannot be accessed: ${sentence(summaryOf(error))} If the integration still exists, its owner must disconnect it ` +
      "at Pinterest.",
    known,
  );
}
