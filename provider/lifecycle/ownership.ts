import { type Bag, inputsFromBag, outputsFromBag, pick } from "./outputs";

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

const placeNames = ["externalBusinessId", "account", "providerName"] as const;
const identityNames = [...placeNames, "integrationId", "connectedUserId", "uid"] as const;

/** The events of one engine run. The value is the earlier event whose record an event replaces if that record has no UID. */
const runEvents = {
  /** The engine has checked a resource, so the run is not a `destroy`. */
  checks: undefined,
  /** The program uses an account. */
  account: undefined,
  /** The program has constructed a resource. */
  declared: undefined,
  /** The engine has answered the registration of a resource. Without IDs, it is not in state with this external business ID. */
  registered: "declared",
  /** The engine has compared a resource of the program with state. Without IDs, it is to get this external business ID. */
  compared: undefined,
  /** A resource in state is to get another external business ID. */
  left: undefined,
  /** A provider process is about to create or adopt the integration. */
  creating: undefined,
  created: "creating",
  createFailed: "creating",
  /** A provider process is about to delete the integration. */
  deleting: undefined,
  deleted: "deleting",
  /** The process does not delete it: another resource holds it, or the deletion has failed. */
  released: "deleting",
} as const;

export type RunEvent = keyof typeof runEvents;

export interface RunRecord extends Identity {
  readonly event: RunEvent;
  /** The resource's URN, if the provider protocol has it. */
  readonly urn?: string | undefined;
}

/** The records of one engine run about its integrations. A subclass shares the records with the other processes of the run. */
export class RunLedger {
  readonly #records = new Map<string, RunRecord[]>();
  readonly #counts = new Map<string, number>();
  readonly #noted = new Set<string>();

  /** Never throws. A record that cannot be written makes {@link RunLedger.about} throw, in every process of the run. */
  record(event: RunEvent, identity: Identity, urn?: string): void {
    // Only these properties: callers pass outputs of resources, which contain secrets.
    this.append({ event, ...pick(identity, identityNames), urn });
  }

  /** Records an event of the whole run, which has no external business ID, once for each process. */
  note(event: "checks" | "account", account?: string): void {
    const key = JSON.stringify([event, account]);
    if (!this.#noted.has(key)) this.record(event, { externalBusinessId: "", account });
    this.#noted.add(key);
  }

  /** The records about an external business ID, in their order. @throws Error if a record of the run is missing. */
  about(externalBusinessId: string): readonly RunRecord[] {
    this.update();
    return this.#records.get(externalBusinessId) ?? [];
  }

  /** The number of these events in all processes. @throws Error if a record of the run is missing. */
  count(event: RunEvent): number {
    this.update();
    return this.#counts.get(event) ?? 0;
  }

  /** The accounts that the program uses, as far as they are recorded. */
  get accounts(): ReadonlySet<string> {
    return new Set(recordsAbout("", this).flatMap(({ account }) => account ?? []));
  }

  protected append(line: RunRecord): void {
    this.take(line);
  }

  /** Reads the records of other processes. */
  protected update(): void {}

  protected take(line: RunRecord): void {
    this.#counts.set(line.event, (this.#counts.get(line.event) ?? 0) + 1);
    // One record for each resource is enough, so that thousands of resources take little memory.
    const earlier = this.#records.get(line.externalBusinessId) ?? [];
    const others = earlier.filter((one) => !isReplaced(one, line));
    this.#records.set(line.externalBusinessId, [...others, line]);
  }
}

function isReplaced(one: RunRecord, by: RunRecord): boolean {
  if (one.uid === undefined) return one.event === runEvents[by.event] && isSamePlace(one, by);
  return one.uid === by.uid && !is(one, "deleted", "left") && !is(by, "left");
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
    this.ledger.note("checks");
    const place = placeOf(inputsFromBag(news));
    if (olds.externalBusinessId === news.externalBusinessId) this.#checked.add(place);
    else this.#checked.delete(place);
  }

  /** @param olds the outputs in state. */
  compared(olds: Bag, news: Bag): void {
    const known = outputsFromBag(olds);
    const { externalBusinessId, account, providerName } = inputsFromBag(news);
    const place = { externalBusinessId, account, providerName };
    if (externalBusinessId !== known.externalBusinessId) {
      this.ledger.record("left", known);
      this.ledger.record("compared", place);
    } else if (this.#checked.has(placeOf(place))) this.ledger.record("compared", { ...known, ...place });
  }
}

/** What to do if the engine deletes a resource, and the record of the resource that decides it. */
export interface DeletionDecision {
  readonly action: "delete" | "keep" | "failed" | "undetermined" | "pending";
  readonly holder?: RunRecord | undefined;
}

/** @throws Error if a record of the run is missing. */
export function decideDeletion(deleted: Identity, ledger: RunLedger): DeletionDecision {
  const records = ledger.about(deleted.externalBusinessId);
  const isUpdate = ledger.count("checks") > 0;
  const isOther = ({ uid }: RunRecord) => uid !== deleted.uid || (uid === undefined && isUpdate);
  const isInState = ({ integrationId, connectedUserId, uid }: RunRecord) =>
    (integrationId ?? connectedUserId ?? uid) !== undefined;
  const isHolder = (one: RunRecord) => is(one, "compared", "registered", "created") && isInState(one);
  const isUndeployed = (one: RunRecord) => is(one, "registered") && !isInState(one);
  // If the deleted resource is to get another ID, another resource declares this ID.
  const isLeft = records.some((one) => is(one, "left") && one.uid === deleted.uid);
  const isAdopter = (one: RunRecord) => isLeft && is(one, "declared");
  const hasBegun = (adopter: RunRecord) =>
    records.some((one) => is(one, "compared", "creating", "createFailed") && isSamePlace(one, adopter));
  const rules: [DeletionDecision["action"], (one: RunRecord) => boolean][] = [
    // Another resource holds the integration.
    ["keep", (one) => isHolder(one) && isOther(one) && isSameIntegration(one, deleted) === true],
    // Another resource was to create or adopt it, and has failed.
    ["failed", (one) => is(one, "createFailed") && isSameIntegration(one, deleted) !== false],
    // Another resource is to adopt it.
    ["keep", (one) => isAdopter(one) && isSamePlace(one, deleted)],
    // Another resource, in another account or provider, may hold it. The engine has not compared or created that resource.
    ["pending", (one) => isAdopter(one) && !hasBegun(one)],
    // The program declares it in a resource that the engine leaves out, as with `--target`.
    ["keep", (one) => isUndeployed(one) && isSamePlace(one, deleted) && isUpdate],
    // The program may declare it in such a resource, or the run is a `destroy`.
    ["undetermined", (one) => isUndeployed(one) && isSameIntegration(one, deleted) !== false],
  ];
  for (const [action, isMet] of rules) {
    const holder = records.find(isMet);
    if (holder !== undefined) return { action, holder };
  }
  return { action: "delete" };
}

/** What waits need. */
interface WaitOptions {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const pollMs = 50;

/** Waits until a condition about the records is met. Returns whether it was met in time. */
export async function waitUntil(
  isMet: () => boolean,
  { now, sleep }: WaitOptions,
  timeoutMs: number,
): Promise<boolean> {
  const endsAt = now() + timeoutMs;
  while (!isMet()) {
    if (now() > endsAt) return false;
    await sleep(pollMs);
  }
  return true;
}

/** The longest wait for an operation of another resource, in milliseconds. Its process may have been killed. */
const maxTurnWaitMs = 600_000;

/**
 * Waits until no earlier operation of the run on the same integration is in progress.
 *
 * @throws Error if that takes too long
 */
export async function waitForTurn(
  own: "creating" | "deleting",
  identity: Identity,
  { ledger, ...wait }: WaitOptions & { readonly ledger: RunLedger },
): Promise<void> {
  if (await waitUntil(() => !mustWait(own, identity, ledger), wait, maxTurnWaitMs)) return;
  throw new Error(
    `cannot ${own === "creating" ? "create" : "delete"} integration '${identity.externalBusinessId}': another resource of this run has not finished its operation on it ` +
      `after ${maxTurnWaitMs / 60_000} minutes. Run the command again.`,
  );
}

/** Whether a create must wait for an earlier delete of the same integration in the run, or a delete for an earlier create. */
export function mustWait(own: "creating" | "deleting", identity: Identity, ledger: RunLedger): boolean {
  const other = own === "creating" ? "deleting" : "creating";
  const records = recordsAbout(identity.externalBusinessId, ledger);
  const isOwn = (one: RunRecord) => is(one, own) && one.uid === identity.uid && isSamePlace(one, identity);
  const at = records.findLastIndex(isOwn);
  return records.some(
    (one, index) => index < at && is(one, other) && isSameIntegration(one, identity) !== false,
  );
}

/** Whether this run has deleted the integration with this integration ID, or the one in this place if no ID is given. */
export function wasDeleted(identity: Identity, ledger: RunLedger): boolean {
  const { externalBusinessId, integrationId } = identity;
  const isMatch = (one: RunRecord) =>
    integrationId === undefined ? isSamePlace(one, identity) : one.integrationId === integrationId;
  return recordsAbout(externalBusinessId, ledger).some((one) => is(one, "deleted") && isMatch(one));
}

function recordsAbout(externalBusinessId: string, ledger: RunLedger): readonly RunRecord[] {
  try {
    return ledger.about(externalBusinessId);
  } catch {
    // Without all records, no deletion is possible, so this only affects creates and calls of the account command.
    return [];
  }
}

function is({ event }: RunRecord, ...events: readonly RunEvent[]): boolean {
  return events.includes(event);
}

/** Whether two resources hold the same integration; undefined if that is not known. */
export function isSameIntegration(one: Identity, other: Identity): boolean | undefined {
  if (isSamePlace(one, other)) return true;
  const isEqual = (name: "integrationId" | "connectedUserId") =>
    one[name] === undefined || other[name] === undefined ? undefined : one[name] === other[name];
  // Under another integration ID, the owner may have created it again.
  return isEqual("integrationId") === true || (isEqual("connectedUserId") ?? isEqual("integrationId"));
}

/** Whether requests about two resources have the same effect: the same ID, in the same account of the same provider. */
function isSamePlace(one: Identity, other: Identity): boolean {
  return placeOf(one) === placeOf(other);
}

function placeOf(identity: Identity): string {
  return JSON.stringify(placeNames.map((name) => identity[name]));
}
