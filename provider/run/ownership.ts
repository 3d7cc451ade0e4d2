import { configurationKeys, type DeclaredIn } from "../config";
import type { EngineRun } from "./engine-command";
import { keyOf } from "./identity";
import {
  type DeletionLimits,
  type Identity,
  isHeld,
  isUnfinishedCreate,
  type RunRecord,
  type RunRecords,
} from "./ledger";

/** The limits of a run: the strictest of its processes. */
export function limitsOf(records: RunRecords): DeletionLimits {
  return strictestOf(records.notes("limits"));
}

export function strictestOf(notes: readonly DeletionLimits[]): DeletionLimits {
  const { choices } = configurationKeys.onDelete;
  const limits = notes.flatMap(({ deleteLimit }) => deleteLimit ?? []);
  return {
    onDelete: choices.findLast((choice) => notes.some(({ onDelete }) => onDelete === choice)),
    deleteLimit: limits.length === 0 ? undefined : Math.min(...limits),
  };
}

/** What to do when the engine deletes a resource. */
type DeletionDecision =
  | { readonly action: "delete" }
  /** Another resource in state has the integration, so only this resource leaves state. */
  | { readonly action: "keep"; readonly holder: RunRecord }
  /** `pinterest:onDelete` is `retain`. */
  | { readonly action: "retain" }
  | { readonly action: "fail"; readonly reason: DeletionProblem };

/**
 * The reason why a deletion fails. `early`: the program has not ended. `unfinished`: some creates of the program have not ended. `possibly-held`: another
 * resource in state may have the integration. `wanted`: the program has it in a resource that is not in state. `partial`: the command may leave
 * out resources that have the integration, or may exclude the deleted one. `refused`: `pinterest:onDelete` is `refuse`.
 */
export type DeletionProblem = "early" | "unfinished" | "possibly-held" | "wanted" | "partial" | "refused";

/**
 * Decides what to do when the engine deletes a resource. Record `leaving` first. If the program has ended and the command includes all resources,
 * the records have each resource of the program and of state. Otherwise, a deletion can fail as `early`, `unfinished` or `partial`.
 */
export function decideDeletion(
  deleted: Identity,
  records: RunRecords,
  { run, declaredIn }: { readonly run: EngineRun; readonly declaredIn: DeclaredIn },
): DeletionDecision {
  const early = earlyProblem(deleted, records, run);
  if (early !== undefined) return { action: "fail", reason: early };
  const mayOmit = run.isPartial || records.notes("account failed").length > 0;
  const ofId = records.about(deleted.externalBusinessId);

  const compared = (record: RunRecord) => compareIntegrations(record, deleted);
  const inState = otherResources(deleted, ofId);
  const holder = inState.find((one) => compared(one) === "same");
  if (holder !== undefined) return { action: "keep", holder };
  if (inState.some((one) => compared(one) === "unknown")) return { action: "fail", reason: "possibly-held" };

  // Resources of the program that are not in state.
  const wanting = ofId.filter(mayOmit ? isWantedOrDeclared : isWanted);
  const isDestroyOfAll = run.isDestroy && !mayOmit;
  if (wanting.some((one) => compared(one) !== "different") && !isDestroyOfAll)
    return { action: "fail", reason: "wanted" };
  // A `destroy` that runs the program ignores `--exclude` for a resource that the program renames (`GenerateDeletes` in the engine's step_generator.go).
  const mayBeExcluded = run.isDestroy && run.hasExcludes;
  if (mayOmit && (!isProgramKnown(records, declaredIn) || mayBeExcluded) && !run.allowsPartialDeletes)
    return { action: "fail", reason: "partial" };

  switch (limitsOf(records).onDelete) {
    case "refuse":
      return { action: "fail", reason: "refused" };
    case "retain":
      return { action: "retain" };
    default:
      return { action: "delete" };
  }
}

/**
 * The other resources in state with this external business ID. One that left state earlier does not count, so that the last one deletes the integration:
 *
 *     A leaving, B leaving           A finds B, and keeps the integration. B deletes it.
 *     A leaving, A held, B leaving   The deletion of A has failed. B finds A, and keeps the integration.
 */
function otherResources(deleted: Identity, records: readonly RunRecord[]): RunRecord[] {
  const own = records.findLastIndex((one) => one.event === "leaving" && isSameResource(one, deleted));
  return records.filter((one, index) => {
    if (isSameResource(one, deleted) || isOutdated(one, records.slice(index + 1))) return false;
    const leavesLater = index > own && ["leaving", "deleting"].includes(one.event);
    return isHeld(one) || leavesLater;
  });
}

/** Whether a later record is about the same resource. Records without a UID show what the program declares or creates, not what state has. */
function isOutdated(record: RunRecord, later: readonly RunRecord[]): boolean {
  return later.some((one) => one.uid !== undefined && isSameResource(one, record));
}

function isWanted(record: RunRecord): boolean {
  return record.event === "wanted" || isUnfinishedCreate(record);
}

/** In a partial run, a declared resource may be one that the command leaves out. */
function isWantedOrDeclared(record: RunRecord): boolean {
  return record.event === "declared" || isWanted(record);
}

/**
 * The reason why the engine deletes before all creates of the program have ended, if it does. The first row that applies counts:
 *
 *     program                    the engine deletes too early if
 *     JavaScript or TypeScript   the program has not recorded its end
 *     of a destroy               never
 *     another                    the resource was last compared with unknown values, or a create is unfinished: it is in progress, or has failed
 */
function earlyProblem(
  deleted: Identity,
  records: RunRecords,
  run: EngineRun,
): "early" | "unfinished" | undefined {
  if (records.notes("program").length > 0) return records.notes("ended").length === 0 ? "early" : undefined;
  // A `destroy` of targets compares their dependents with unknown values, too.
  if (run.isDestroy) return undefined;
  const isUndetermined = records
    .about(deleted.externalBusinessId)
    .some((one) => one.event === "undetermined" && isSameResource(one, deleted));
  if (isUndetermined) return "early";
  return records.unfinishedCreates.length > 0 ? "unfinished" : undefined;
}

/** Whether the records of a program that has ended have everything that it declares. A fleet's program declares all merchants at once. */
function isProgramKnown(records: RunRecords, declaredIn: DeclaredIn): boolean {
  return (
    records.notes("program").length > 0 &&
    (declaredIn === "merchant list" || records.notes("incomplete").length === 0)
  );
}

/**
 * Whether two records are about the same resource. The UID identifies it, because a rename changes the URN. The engine registers and deletes a
 * resource under one URN, so a registered resource with this UID and another URN is a copy in state that was not read. The URN is unknown in the
 * first call of a dynamic provider's process. Examples, by event, UID and URN:
 *
 *     held, u, A         leaving, u, B         yes: it was renamed
 *     registered, u, A   leaving, u, B         no: a copy
 *     registered, u, A   leaving, u, unknown   yes
 *     wanted, none, A    leaving, u, A         no: the create that replaces the resource has no UID yet
 */
function isSameResource(one: Identity & Partial<RunRecord>, other: Identity & Partial<RunRecord>): boolean {
  if (one.uid !== other.uid) return false;
  if (one.uid === undefined) return one.urn === other.urn;
  const isRegistered = [one.event, other.event].includes("registered");
  return !isRegistered || one.urn === other.urn || one.urn === undefined || other.urn === undefined;
}

type ComparedIntegration = Omit<Identity, "uid" | "urn" | "managed">;

/** `unknown`: one of the two values is not known. */
export type Comparison = "same" | "different" | "unknown";

/**
 * Whether two resources with the same external business ID have the same integration. They do if their providers and accounts are the same.
 * Otherwise, their integration IDs and owners (Pinterest users) decide:
 *
 *                     same owner   different owner   unknown owner
 *     same ID         same         same              same
 *     different ID    same         different         different
 *     unknown ID      same         different         unknown
 *
 * An owner can create the integration again, with another integration ID.
 */
export function compareIntegrations(one: ComparedIntegration, other: ComparedIntegration): Comparison {
  if (keyOf(one) === keyOf(other)) return "same";
  const byId = compareIds(one.integrationId, other.integrationId);
  const byOwner = compareIds(one.connectedUserId, other.connectedUserId);
  return byId === "same" || byOwner === "unknown" ? byId : byOwner;
}

function compareIds(one: string | undefined, other: string | undefined): Comparison {
  if (one === undefined || other === undefined) return "unknown";
  return one === other ? "same" : "different";
}
