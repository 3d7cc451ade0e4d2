import type { Identity, RunLedger, RunRecord } from "./ledger";
import { keyOf } from "./outputs";
import type { Session } from "./session";

/**
 * Decides what to do if the engine deletes a resource. If another resource of the run certainly holds the same integration, or will hold
 * it, the integration is kept. If a resource may hold it, the delete waits, then fails. If a resource is only proposed, the delete
 * waits, then continues.
 *
 * @returns the action, and the other resource's record that decides it.
 * @throws Error if a record of the run is missing.
 */
export function decideDeletion(deleted: Identity, ledger: RunLedger) {
  ledger.assertComplete();
  const records = ledger.about(deleted.externalBusinessId);
  // The engine checks resources in an update, but not in a `destroy`.
  const isUpdate = ledger.count("checks") > 0;
  const isLeft = records.some(({ event, uid }) => event === "left" && uid === deleted.uid);
  const isOther = ({ uid }: RunRecord) => uid !== deleted.uid || (uid === undefined && isUpdate);
  const isOwn = ({ uid }: RunRecord) => uid !== undefined && uid === deleted.uid;
  const hasBegun = (declared: RunRecord) =>
    records.some((one) => ["expected", "creating"].includes(one.event) && keyOf(one) === keyOf(declared));
  // A declaration may be that of the deleted resource, unless this resource will get another ID. The engine does not compare a resource
  // that it replaces because of `pulumi state taint` or `--target-replace`, so only the check of the new resource shows its ID.
  const isRecreated = records.some(({ event }) => event === "toCreate");
  const mayBeOwn = (declared: RunRecord) =>
    !isLeft && (!isUpdate || isRecreated || keyOf(declared) === keyOf(deleted));
  const actionFor = (one: RunRecord) => {
    const isSame = isSameIntegration(one, deleted);
    if (isSame === false) return undefined;
    if (one.event === "held") return isSame && isOther(one) ? "keep" : undefined;
    if (one.event === "createFailed") return "failed";
    if (one.event === "undeployed" && !isOwn(one)) return isSame && isUpdate ? "keep" : "undetermined";
    if (!["declared", "proposed"].includes(one.event) || mayBeOwn(one)) return undefined;
    if (one.event === "proposed" && !hasBegun(one)) return "proposed";
    return isSame ? "keep" : hasBegun(one) ? undefined : "pending";
  };
  for (const action of ["keep", "failed", "pending", "undetermined", "proposed"] as const) {
    const holder = records.find((one) => actionFor(one) === action);
    if (holder !== undefined) return { action, holder };
  }
  return { action: "delete" as const };
}

/** Whether a create must wait for an earlier delete of the same integration in the run, or a delete for an earlier create. */
export function mustWait(own: "creating" | "deleting", identity: Identity, ledger: RunLedger): boolean {
  const other = own === "creating" ? "deleting" : "creating";
  const records = ledger.about(identity.externalBusinessId);
  const at = records.findLastIndex(
    (one) => one.event === own && one.uid === identity.uid && keyOf(one) === keyOf(identity),
  );
  return records.some(
    (one, index) => index < at && one.event === other && isSameIntegration(one, identity) !== false,
  );
}

/** The longest wait for an operation of another resource, in milliseconds. Its process may have been killed. */
const maxTurnWaitMs = 600_000;

/** The pause between two checks of the records, in milliseconds. */
export const pollMs = 50;

/**
 * Waits until no earlier operation of the run on the same integration is in progress.
 *
 * @throws Error if that takes too long
 */
export async function waitForTurn(
  own: "creating" | "deleting",
  identity: Identity,
  { ledger, now, sleep }: Pick<Session, "ledger" | "now" | "sleep">,
): Promise<void> {
  const endsAt = now() + maxTurnWaitMs;
  while (mustWait(own, identity, ledger)) {
    if (now() > endsAt)
      throw new Error(
        `cannot ${own === "creating" ? "create" : "delete"} integration '${identity.externalBusinessId}': another resource of this run has not finished its operation on it ` +
          `after ${maxTurnWaitMs / 60_000} minutes. Run the command again.`,
      );
    await sleep(pollMs);
  }
}

/** Whether two resources hold the same integration; undefined if that is not known. */
export function isSameIntegration(one: Identity, other: Identity): boolean | undefined {
  if (keyOf(one) === keyOf(other)) return true;
  const isEqual = (name: "integrationId" | "connectedUserId") =>
    one[name] === undefined || other[name] === undefined ? undefined : one[name] === other[name];
  // Under another integration ID, the owner may have created it again.
  return isEqual("integrationId") === true || (isEqual("connectedUserId") ?? isEqual("integrationId"));
}
