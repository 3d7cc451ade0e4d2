import { randomBytes } from "node:crypto";
import { type Bag, uidKey } from "./bags";

/** Which integration a resource holds, as far as it is known. */
export interface Identity {
  readonly externalBusinessId: string;
  readonly account?: string | undefined;
  /** The explicit provider's name. */
  readonly providerName?: string | undefined;
  readonly integrationId?: string | undefined;
  /** The integration's owner at Pinterest. */
  readonly connectedUserId?: string | undefined;
  /** The resource's UID in state. */
  readonly uid?: string | undefined;
}

/**
 * An event in the life of an integration during one engine run.
 *
 * - `declared`: the program has constructed a resource.
 * - `registered`: the engine has answered the program's registration of a resource. Without IDs, it is not in state, or not yet with this
 *   external business ID.
 * - `held`: the program keeps a resource that is in state.
 * - `left`: a resource in state changes its external business ID. Recorded for the old ID.
 * - `awaited`: the same change. Recorded for the new ID, so that deletions do not wait for this resource.
 * - `creating`: a provider process is about to create or adopt an integration. Ends with `created` or `createFailed`.
 * - `deleting`: a provider process is about to delete an integration. Ends with `deleted`, `deleteFailed`, or `released` if another resource
 *   keeps it.
 */
export type RunEvent =
  | "declared"
  | "registered"
  | "held"
  | "left"
  | "awaited"
  | "creating"
  | "created"
  | "createFailed"
  | "deleting"
  | "deleted"
  | "deleteFailed"
  | "released";

export interface RunRecord extends Identity {
  readonly event: RunEvent;
  /** The resource's URN, if the provider protocol has it. */
  readonly urn?: string | undefined;
}

/** The earlier event whose record each event replaces. */
const predecessors: Partial<Record<RunEvent, RunEvent>> = {
  registered: "declared",
  created: "creating",
  createFailed: "creating",
  deleted: "deleting",
  deleteFailed: "deleting",
  released: "deleting",
};

function isReplaceable({ event }: RunRecord): boolean {
  return event !== "deleted" && event !== "left";
}

/** A record of any kind. */
export type LedgerLine =
  | RunRecord
  /** The engine has checked a resource, so the run is not a `destroy`. */
  | { readonly event: "checks" }
  /** The program uses an account. */
  | { readonly event: "account"; readonly account: string };

/** The records of one engine run about its integrations. A subclass shares the records with the other processes of the run. */
export class RunLedger {
  readonly #records = new Map<string, RunRecord[]>();
  readonly #counts = { deleting: 0, deleted: 0, checks: 0 };
  readonly #accounts = new Set<string>();
  readonly #recordedOnce = new Set<string>();

  /** Never throws. A record that cannot be written makes {@link RunLedger.about} throw, in every process of the run. */
  record(event: RunEvent, identity: Identity, urn?: string): void {
    // Only these properties: callers pass outputs of resources, which contain secrets.
    const { externalBusinessId, account, providerName, integrationId, connectedUserId, uid } = identity;
    this.append({
      event,
      externalBusinessId,
      account,
      providerName,
      integrationId,
      connectedUserId,
      uid,
      urn,
    });
  }

  recordCheck(): void {
    this.#recordOnce({ event: "checks" });
  }

  recordAccount(account: string): void {
    this.#recordOnce({ event: "account", account });
  }

  /**
   * The records about integrations with this external business ID.
   *
   * @throws Error if a record of the run is missing.
   */
  about(externalBusinessId: string): readonly RunRecord[] {
    this.update();
    return this.#records.get(externalBusinessId) ?? [];
  }

  /** The number of these events in all processes. @throws Error if a record of the run is missing. */
  count(event: "deleting" | "deleted" | "checks"): number {
    this.update();
    return this.#counts[event];
  }

  /** The accounts that the program uses, as far as they are recorded. */
  get accounts(): ReadonlySet<string> {
    try {
      this.update();
    } catch {
      // A missing record only causes more calls of the account command.
    }
    return this.#accounts;
  }

  #recordOnce(line: LedgerLine): void {
    const key = JSON.stringify(line);
    if (!this.#recordedOnce.has(key)) this.append(line);
    this.#recordedOnce.add(key);
  }

  protected append(line: LedgerLine): void {
    this.take(line);
  }

  /** Reads the records of other processes. */
  protected update(): void {}

  protected take(line: LedgerLine): void {
    const { event } = line;
    if (event === "account") {
      this.#accounts.add(line.account);
      return;
    }
    if (event === "checks" || event === "deleting" || event === "deleted") this.#counts[event] += 1;
    if (event === "checks") return;
    // One record for each resource is enough, so that thousands of resources take little memory.
    const others = (this.#records.get(line.externalBusinessId) ?? []).filter(
      (other) =>
        !(predecessors[event] === other.event && other.uid === undefined && isSamePlace(other, line)) &&
        !(line.uid !== undefined && other.uid === line.uid && isReplaceable(other) && event !== "left"),
    );
    this.#records.set(line.externalBusinessId, [...others, line]);
  }
}

/**
 * Records which resources of the state the program keeps. The engine checks each resource of the program with its last known inputs, or
 * without them if it is created or replaced, and then compares it. A refresh compares every resource of the state without a check.
 */
export class KeptResources {
  readonly #checked = new Set<string>();

  constructor(private readonly ledger: RunLedger) {}

  /** @param olds the inputs in state; empty for a resource that is created or replaced. */
  checked(olds: Bag, news: Bag): void {
    this.ledger.recordCheck();
    const place = placeOf(identityOf(news));
    if (olds.externalBusinessId === news.externalBusinessId) this.#checked.add(place);
    else this.#checked.delete(place);
  }

  /** @param olds the outputs in state. */
  compared(olds: Bag, news: Bag): void {
    const known = identityOf(olds);
    const { externalBusinessId, account, providerName } = identityOf(news);
    if (externalBusinessId !== known.externalBusinessId) {
      this.ledger.record("left", known);
      this.ledger.record("awaited", { externalBusinessId, account, providerName });
    } else if (this.#checked.has(placeOf(identityOf(news))))
      this.ledger.record("held", { ...known, account, providerName });
  }
}

/** A UID for a resource that enters state. Two resources of a stack that hold the same integration differ in it. */
export function newUid(): string {
  return randomBytes(9).toString("base64url");
}

/**
 * What to do if the engine deletes a resource:
 *
 * - `delete`: delete the integration.
 * - `keep`: another resource of the run holds it.
 * - `failed`: another resource of the run was to create or adopt it and has failed.
 * - `undetermined`: the program may declare it in a resource that is not in state with this ID.
 * - `pending`: the program declares its ID in a resource of another account or provider, which the engine has yet to compare or create.
 */
export interface DeletionDecision {
  readonly action: "delete" | "keep" | "failed" | "undetermined" | "pending";
  /** The record of the resource that holds it. */
  readonly holder?: RunRecord | undefined;
}

/** @throws Error if a record of the run is missing. */
export function decideDeletion(deleted: Identity, ledger: RunLedger): DeletionDecision {
  const records = ledger.about(deleted.externalBusinessId);
  const hasChecks = ledger.count("checks") > 0;
  const isOther = ({ uid }: RunRecord) => uid !== deleted.uid || (uid === undefined && hasChecks);
  const having = (...events: readonly RunEvent[]) => records.filter(({ event }) => events.includes(event));
  const holder = having("held", "registered", "created").find(
    (other) => isInState(other) && isOther(other) && isSame(other, deleted) === true,
  );
  if (holder !== undefined) return { action: "keep", holder };
  const failed = having("createFailed").find((other) => isSame(other, deleted) !== false);
  if (failed !== undefined) return { action: "failed", holder: failed };
  // The resource itself is to get another ID, so another one declares this ID.
  const isLeft = having("left").some(({ uid }) => uid === deleted.uid);
  const takers = isLeft ? having("declared") : [];
  const taker = takers.find((other) => isSamePlace(other, deleted));
  if (taker !== undefined) return { action: "keep", holder: taker };
  const begun = having("held", "awaited", "creating", "createFailed");
  const pending = takers.find((other) => !begun.some((one) => isSamePlace(one, other)));
  if (pending !== undefined) return { action: "pending", holder: pending };
  const declared = having("registered").find(
    (other) => !isInState(other) && isSame(other, deleted) !== false,
  );
  if (declared === undefined) return { action: "delete" };
  // In another place, its owner is not known either.
  const isKnown = hasChecks && isSamePlace(declared, deleted);
  return { action: isKnown ? "keep" : "undetermined", holder: declared };
}

/**
 * Whether an earlier operation of the opposite kind on the same integration is in progress, in any process of the run.
 *
 * @param own the event that this operation has recorded.
 */
export function mustWait(own: "creating" | "deleting", identity: Identity, ledger: RunLedger): boolean {
  const records = recordsAbout(identity, ledger);
  const at = records.findLastIndex(
    (one) => one.event === own && one.uid === identity.uid && isSamePlace(one, identity),
  );
  const other = own === "creating" ? "deleting" : "creating";
  return records
    .slice(0, Math.max(at, 0))
    .some((one) => one.event === other && isSame(one, identity) !== false);
}

/** Whether this run has deleted the integration with this integration ID, or the one in this place if no ID is given. */
export function wasDeleted(identity: Identity, ledger: RunLedger): boolean {
  const { integrationId } = identity;
  return recordsAbout(identity, ledger).some(
    (other) =>
      other.event === "deleted" &&
      (integrationId === undefined ? isSamePlace(other, identity) : other.integrationId === integrationId),
  );
}

function recordsAbout({ externalBusinessId }: Identity, ledger: RunLedger): readonly RunRecord[] {
  try {
    return ledger.about(externalBusinessId);
  } catch {
    // Without all records, no deletion is possible, so this only affects creates.
    return [];
  }
}

function isInState({ integrationId, connectedUserId, uid }: Identity): boolean {
  return (integrationId ?? connectedUserId ?? uid) !== undefined;
}

/** Whether two resources hold the same integration; undefined if that is not known. */
export function isSame(one: Identity, other: Identity): boolean | undefined {
  if (isSamePlace(one, other)) return true;
  const isKnown = (name: "integrationId" | "connectedUserId") =>
    one[name] !== undefined && other[name] !== undefined;
  if (isKnown("integrationId") && one.integrationId === other.integrationId) return true;
  // Under another integration ID, the owner may have created it again.
  if (isKnown("connectedUserId")) return one.connectedUserId === other.connectedUserId;
  return isKnown("integrationId") ? false : undefined;
}

/** Whether requests about two resources have the same effect: the same ID, in the same account of the same provider. */
function isSamePlace(one: Identity, other: Identity): boolean {
  return placeOf(one) === placeOf(other);
}

function placeOf({ externalBusinessId, account, providerName }: Identity): string {
  return JSON.stringify([externalBusinessId, account ?? null, providerName ?? null]);
}

/** The identity in a bag of inputs or outputs. */
export function identityOf(bag: Bag): Identity {
  const text = (name: string) => (typeof bag[name] === "string" ? bag[name] : undefined);
  return {
    externalBusinessId: text("externalBusinessId") ?? "",
    account: text("account"),
    providerName: text("providerName"),
    integrationId: text("integrationId"),
    connectedUserId: text("connectedUserId"),
    uid: text(uidKey),
  };
}
