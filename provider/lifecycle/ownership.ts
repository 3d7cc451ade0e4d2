import { type Bag, inputsFromBag, keyOf, outputsFromBag, pick, placeNames, placeOf } from "./outputs";

/** `connectedUserId` is the integration's owner at Pinterest, and `uid` is the resource's UID. A resource that is not in state has none of them. */
const stateNames = ["integrationId", "connectedUserId", "uid"] as const;

/** A resource and its integration, as far as they are known. Only the plugin's protocol has URNs. */
export type Identity = { readonly externalBusinessId: string } & {
  readonly [Name in (typeof placeNames | typeof stateNames)[number] | "urn"]?: string | undefined;
};

const planned = ["declared", "expected", "creating"];

/**
 * Events that the processes of an engine run record. Each value lists the earlier events of the same place that the event replaces, if their
 * records have no UID. A record with a UID is replaced by the next one with this UID.
 */
const runEvents = {
  // Recorded by the program.
  /** The program uses an account. */
  account: [],
  /** The program has constructed a resource. */
  declared: [],
  /** The engine has answered the registration of a resource that is not in state in this place. The UID is that of its state elsewhere. */
  undeployed: planned,

  // Recorded by the program for registered resources, and by provider processes for compared, created and adopted ones.
  /** A resource of the program has the integration in state. */
  held: planned,

  // Recorded by provider processes.
  /** The engine has checked a resource, so the run is not a `destroy`. */
  checks: [],
  /** The engine has compared a resource of the program that does not have this external business ID in state, but is to get it. */
  expected: [],
  /** A resource in state is to get another external business ID instead of this one. */
  left: [],
  /** The process is about to create or adopt the integration. Ends with `held` or `createFailed`. */
  creating: [],
  createFailed: planned,
  /** The process is about to delete the integration. Ends with `deleted` or `released`. */
  deleting: [],
  deleted: ["deleting"],
  /** The resource leaves state without a deletion, or the deletion has failed. After a failure, `held` follows. */
  released: ["deleting"],
} satisfies Record<string, readonly string[]>;

export type RunEvent = keyof typeof runEvents;

export type RunRecord = Identity & { readonly event: RunEvent };

/** The records of one engine run. A subclass shares them with the other processes of the run. */
export class RunLedger {
  readonly #records = new Map<string, RunRecord[]>();
  readonly #counts = new Map<RunEvent, number>();
  readonly #noted = new Set<string>();
  readonly #checked = new Set<string>();

  /** Never throws. A record that cannot be written makes {@link RunLedger.assertComplete} throw, in every process of the run. */
  record(event: RunEvent, identity: Identity): void {
    // Only these properties: callers pass outputs of resources, which contain secrets.
    this.append({ event, ...pick(identity, [...placeNames, ...stateNames, "urn"]) });
  }

  /** Records an event of the whole run, which has no external business ID, once for each process. */
  note(event: "checks" | "account", account?: string): void {
    const key = JSON.stringify([event, account]);
    if (!this.#noted.has(key)) this.record(event, { externalBusinessId: "", account });
    this.#noted.add(key);
  }

  /**
   * Records that the engine has answered the registration of a resource.
   *
   * @param declared the place, if it is known
   * @param answered the outputs. Those of a resource that is not a target are in state, perhaps in an earlier place.
   */
  registered(declared: Partial<Identity>, answered: Partial<Identity>): void {
    if (isKnown(answered)) this.record(isInState(answered) ? "held" : "undeployed", answered);
    if (isKnown(declared) && !(isKnown(answered) && keyOf(declared) === keyOf(answered)))
      this.record("undeployed", { ...declared, uid: answered.uid });
  }

  /**
   * Records that the engine checks a resource of the program: with its last known inputs, or without them if it is created or replaced.
   *
   * @param olds the inputs in state
   */
  checked(olds: Bag, news: Bag): void {
    this.note("checks");
    const key = keyOf(inputsFromBag(news));
    if (olds.externalBusinessId === news.externalBusinessId) this.#checked.add(key);
    else this.#checked.delete(key);
  }

  /**
   * Records that the engine compares a resource with state. It compares those of the program after their check. A refresh compares all of
   * the state, without a check.
   *
   * @param olds the outputs in state
   */
  compared(olds: Bag, news: Bag): void {
    const known = outputsFromBag(olds);
    const place = placeOf(inputsFromBag(news));
    if (place.externalBusinessId !== known.externalBusinessId) {
      this.record("left", known);
      this.record("expected", place);
    } else if (this.#checked.has(keyOf(place))) {
      this.record(isInState(known) ? "held" : "expected", { ...known, ...place });
    }
  }

  /** The records about an external business ID, in their order. None if a record of the run is missing. */
  about(externalBusinessId: string): readonly RunRecord[] {
    this.update();
    return this.#records.get(externalBusinessId) ?? [];
  }

  /** The number of these events in all processes. */
  count(event: RunEvent): number {
    this.update();
    return this.#counts.get(event) ?? 0;
  }

  /** The accounts that the program uses. */
  get accounts(): ReadonlySet<string> {
    return new Set(this.about("").flatMap(({ account }) => account ?? []));
  }

  /** @throws Error if a record of the run is missing. */
  assertComplete(): void {}

  protected append(line: RunRecord): void {
    this.take(line);
  }

  /** Reads the records of other processes. */
  protected update(): void {}

  /** Removes all records, because some are missing. Otherwise, a create would wait for a deletion whose end is not recorded. */
  protected forget(): void {
    this.#records.clear();
  }

  protected take(line: RunRecord): void {
    this.#counts.set(line.event, (this.#counts.get(line.event) ?? 0) + 1);
    const earlier = this.#records.get(line.externalBusinessId) ?? [];
    this.#records.set(line.externalBusinessId, [...earlier.filter((one) => !isReplaced(one, line)), line]);
  }
}

function isReplaced(one: RunRecord, by: RunRecord): boolean {
  if (one.uid === undefined)
    return (runEvents[by.event] as readonly string[]).includes(one.event) && keyOf(one) === keyOf(by);
  return one.uid === by.uid && one.event !== "deleted" && !isAboutOtherPlace(one) && !isAboutOtherPlace(by);
}

/** Whether a record is about an earlier or a later place of its resource. */
function isAboutOtherPlace({ event }: RunRecord): boolean {
  return event === "left" || event === "undeployed";
}

/**
 * Decides what to do if the engine deletes a resource. If another resource of the run certainly holds the same integration, or is to hold
 * it, the integration is kept. If one may hold it, the delete waits while that is pending, or fails.
 *
 * @returns the action, and the other resource's record that decides it.
 * @throws Error if a record of the run is missing.
 */
export function decideDeletion(deleted: Identity, ledger: RunLedger) {
  ledger.assertComplete();
  const records = ledger.about(deleted.externalBusinessId);
  const isUpdate = ledger.count("checks") > 0;
  const isLeft = records.some(({ event, uid }) => event === "left" && uid === deleted.uid);
  const isOther = ({ uid }: RunRecord) => uid !== deleted.uid || (uid === undefined && isUpdate);
  const isOwn = ({ uid }: RunRecord) => uid !== undefined && uid === deleted.uid;
  const hasBegun = (declared: RunRecord) =>
    records.some((one) => ["expected", "creating"].includes(one.event) && keyOf(one) === keyOf(declared));
  const actionFor = (one: RunRecord) => {
    const isSame = isSameIntegration(one, deleted);
    if (isSame === false) return undefined;
    if (one.event === "held") return isSame && isOther(one) ? "keep" : undefined;
    if (one.event === "createFailed") return "failed";
    if (one.event === "undeployed" && !isOwn(one)) return isSame && isUpdate ? "keep" : "undetermined";
    // A declaration may be that of the deleted resource, unless this resource is to get another ID.
    if (one.event !== "declared" || !isLeft) return undefined;
    return isSame ? "keep" : hasBegun(one) ? undefined : "pending";
  };
  for (const action of ["keep", "failed", "pending", "undetermined"] as const) {
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
  { ledger, now, sleep }: { ledger: RunLedger; now(): number; sleep(milliseconds: number): Promise<void> },
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

function isKnown(identity: Partial<Identity>): identity is Identity {
  return identity.externalBusinessId !== undefined;
}

function isInState(identity: Identity): boolean {
  return stateNames.some((name) => identity[name] !== undefined);
}
