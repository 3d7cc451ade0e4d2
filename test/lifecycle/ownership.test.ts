import { expect, test } from "@jest/globals";
import { type Identity, RunLedger } from "../../provider/lifecycle/ledger";
import { decideDeletion, isSameIntegration, mustWait, waitForTurn } from "../../provider/lifecycle/ownership";

const shop = { externalBusinessId: "shop" };
const deleted: Identity = { ...shop, integrationId: "7", connectedUserId: "1", uid: "old" };
const other: Identity = { ...deleted, uid: "new" };

type Entry = Readonly<Parameters<RunLedger["record"]>>;

function ledgerWith(entries: readonly Entry[], { isChecked = true } = {}): RunLedger {
  const ledger = new RunLedger();
  if (isChecked) ledger.note("checks");
  for (const [event, identity] of entries) ledger.record(event, identity);
  return ledger;
}

/** Identities that differ from the deleted one. */
const inOtherAccount = { ...shop, account: "two" };
const inThirdAccount = { ...shop, account: "three" };
const foreign: Identity = { ...other, account: "two", integrationId: "8", connectedUserId: "2" };

const entry =
  (event: Entry[0]) =>
  (identity: Identity): Entry => [event, identity];
const declared = entry("declared");
const undeployed = entry("undeployed");
const toCreate = entry("toCreate");
const expected = entry("expected");
const creating = entry("creating");
const failed = entry("createFailed");
const held = entry("held");
const left = entry("left");
const deleting = entry("deleting");
const deletionDone = entry("deleted");
const released = entry("released");

type Action = ReturnType<typeof decideDeletion>["action"];

test.each<[Action, string, readonly Entry[]]>([
  ["delete", "no record", []],
  ["delete", "only its own records", [declared(shop), held(deleted)]],
  ["keep", "another resource that holds it", [held(other)]],
  ["keep", "a resource that has created or adopted it", [creating(shop), held(other)]],
  [
    "keep",
    "a holder in another account with its integration ID",
    [held({ ...foreign, integrationId: "7", connectedUserId: undefined })],
  ],
  ["keep", "a holder in another account of the same owner", [held({ ...foreign, connectedUserId: "1" })]],
  ["keep", "a holder in the same account whose IDs changed", [held({ ...foreign, account: undefined })]],
  ["delete", "a holder of another owner", [held(foreign)]],
  [
    "delete",
    "a holder in another account with another integration ID",
    [held({ ...foreign, connectedUserId: undefined })],
  ],
  ["delete", "a holder of another external business ID", [held({ ...other, externalBusinessId: "other" })]],
  ["delete", "a holder that was deleted", [held(other), deleting(other), deletionDone(other)]],
  ["delete", "a holder that has released it", [held(other), released(other)]],
  ["delete", "a creation in progress", [creating(shop)]],
  ["failed", "a creation that has failed", [creating(shop), failed(shop)]],
  ["failed", "a failed creation in another account, whose owner is not known", [failed(inOtherAccount)]],
  ["keep", "a resource that is declared but not in state", [undeployed(shop)]],
  [
    "undetermined",
    "a resource in another account that is declared but not in state",
    [undeployed(inOtherAccount)],
  ],
  [
    "undetermined",
    "a resource of another owner that the program has moved to another account, and that is not deployed",
    [held(foreign), undeployed({ ...inThirdAccount, uid: "new" })],
  ],
  [
    "delete",
    "its own move to another account, which is not deployed",
    [held(deleted), undeployed({ ...inOtherAccount, uid: "old" })],
  ],
  ["delete", "only a declaration, which may be its own", [declared(shop)]],
  [
    "pending",
    "a declaration in another account, if no resource with this ID is created",
    [declared(inOtherAccount)],
  ],
  [
    "delete",
    "a declaration in another account, if its own replacement has this ID",
    [declared(inOtherAccount), toCreate(shop)],
  ],
  ["keep", "a declaration of the ID that its own resource leaves", [declared(shop), left(deleted)]],
  [
    "keep",
    "a declaration of the ID that its own resource leaves, during its own deletion",
    [declared(shop), left(deleted), deleting(deleted)],
  ],
  [
    "pending",
    "a declaration in another account, while its own resource leaves the ID",
    [declared(inOtherAccount), left(deleted)],
  ],
  [
    "delete",
    "a declaration in another account whose resource is expected",
    [declared(inOtherAccount), left(deleted), expected(inOtherAccount)],
  ],
  [
    "delete",
    "a declaration in another account whose resource is created",
    [declared(inOtherAccount), left(deleted), creating(inOtherAccount)],
  ],
  [
    "failed",
    "a declaration in another account whose resource has failed",
    [declared(inOtherAccount), left(deleted), failed(inOtherAccount)],
  ],
  [
    "pending",
    "a declaration in another account, and a creation in a third one",
    [declared(inOtherAccount), left(deleted), creating(inThirdAccount)],
  ],
  [
    "delete",
    "a declaration in another account whose resource holds an integration of another owner",
    [declared(inOtherAccount), left(deleted), held(foreign)],
  ],
  ["delete", "a declaration of the ID that another resource leaves", [declared(shop), left(other)]],
])("decides %j for a deletion with %s", (action, _records, entries) => {
  expect(decideDeletion(deleted, ledgerWith(entries)).action).toBe(action);
});

test("a declaration in another account does not prevent a deletion in a destroy", () => {
  const ledger = ledgerWith([declared(inOtherAccount)], { isChecked: false });
  expect(decideDeletion(deleted, ledger).action).toBe("delete");
});

test("a resource that is declared but not in state leaves the decision undetermined in a run without checks", () => {
  const ledger = ledgerWith([undeployed(shop)], { isChecked: false });
  expect(decideDeletion(deleted, ledger).action).toBe("undetermined");
});

test("the decision names the record of the holder", () => {
  const ledger = new RunLedger();
  ledger.record("held", { ...other, urn: "urn" });
  expect(decideDeletion(deleted, ledger)).toEqual({
    action: "keep",
    holder: { ...other, event: "held", urn: "urn" },
  });
});

test("two resources without a UID are different in an update, and may be the same in a destroy", () => {
  const { uid: _, ...unmarked } = deleted;
  const entries = [held(unmarked)];
  expect(decideDeletion(unmarked, ledgerWith(entries)).action).toBe("keep");
  expect(decideDeletion(unmarked, ledgerWith(entries, { isChecked: false })).action).toBe("delete");
});

test("the second of a create and a delete waits for the first", () => {
  for (const [first, second, ends] of [
    ["creating", "deleting", ["held", "createFailed"]],
    ["deleting", "creating", ["deleted", "released"]],
  ] as const) {
    // State that was written by hand has no UID.
    for (const [end, uid] of ends.flatMap((each) => [[each, "old"] as const, [each, undefined] as const])) {
      const of = { creating: shop, deleting: { ...deleted, uid } };
      const ledger = ledgerWith([entry(first)(of[first]), entry(second)(of[second])]);
      expect(mustWait(second, of[second], ledger)).toBe(true);
      expect(mustWait(first, of[first], ledger)).toBe(false);
      ledger.record(end, first === "creating" ? other : of.deleting);
      expect(mustWait(second, of[second], ledger)).toBe(false);
    }
  }
});

test.each(["creating", "deleting"] as const)(
  "%s fails if the operation before it does not finish",
  async (own) => {
    const first = own === "creating" ? deleting(shop) : creating(shop);
    const ledger = ledgerWith([first, entry(own)(shop)]);
    let time = 0;
    const sleep = async (milliseconds: number) => {
      time += milliseconds;
    };
    await expect(waitForTurn(own, shop, { ledger, now: () => time, sleep })).rejects.toThrow(
      `cannot ${own === "creating" ? "create" : "delete"} integration 'shop': another resource of this run has not finished its operation on it after 10 minutes`,
    );
    expect(time).toBe(600_050);
  },
);

test.each([
  ["a create of another owner's integration", [creating(foreign), deleting(deleted)]],
  ["another delete", [deleting(other), deleting(deleted)]],
  ["a create before it is recorded itself", [creating(shop)]],
])("a delete does not wait for %s", (_what, entries) => {
  expect(mustWait("deleting", deleted, ledgerWith(entries))).toBe(false);
});

test("counts deletions, and keeps one record for each resource", () => {
  const planned = [declared(shop), expected(shop), creating(shop)];
  const kept = ledgerWith([...planned, held(other), held(other)]);
  expect(kept.about("shop")).toMatchObject([{ event: "held", uid: "new" }]);
  for (const event of ["undeployed", "createFailed"] as const)
    expect(ledgerWith([...planned, entry(event)(shop)]).about("shop")).toMatchObject([{ event }]);
  const ledger = ledgerWith([held(other), deleting(deleted), deleting(other), deletionDone(deleted)]);
  expect([ledger.count("deleting"), ledger.count("deleted"), ledger.count("checks")]).toEqual([2, 1, 1]);
  expect(ledger.about("shop").map(({ event, uid }) => [event, uid])).toEqual([
    ["deleting", "new"],
    ["deleted", "old"],
  ]);
});

test("records the check of a resource, and a change of its ID under both IDs", () => {
  const ledger = new RunLedger();
  const news = { externalBusinessId: "new", account: "two" };
  ledger.checked(shop, news);
  ledger.compared({ ...shop, integrationId: "7", __uid: "old" }, news);
  expect(ledger.count("checks")).toBe(1);
  expect(ledger.about("shop")).toEqual([{ event: "left", ...shop, integrationId: "7", uid: "old" }]);
  expect(ledger.about("new")).toEqual([{ event: "expected", ...news }]);
});

test("records a resource that is created or replaced", () => {
  const ledger = new RunLedger();
  ledger.checked(shop, shop);
  expect(ledger.about("shop")).toEqual([]);
  ledger.checked({}, inOtherAccount);
  expect(ledger.about("shop")).toEqual([{ event: "toCreate", ...inOtherAccount }]);
});

test("records whether a registered or compared resource is in state", () => {
  const ledger = new RunLedger();
  ledger.registered(shop, other);
  ledger.registered(inOtherAccount, {});
  ledger.registered(inThirdAccount, other);
  ledger.registered({}, {});
  expect(ledger.count("undeployed")).toBe(2);
  ledger.checked(shop, { ...shop, providerName: "p" });
  ledger.compared(shop, { ...shop, providerName: "p" });
  expect(ledger.about("shop")).toEqual([
    { event: "undeployed", ...inOtherAccount },
    { event: "held", ...other },
    { event: "undeployed", ...inThirdAccount, uid: "new" },
    { event: "expected", ...shop, providerName: "p" },
  ]);
});

test("records a check and an account once", () => {
  const ledger = new RunLedger();
  for (const account of ["a", "b", "a"]) ledger.note("account", account);
  ledger.note("checks");
  ledger.note("checks");
  expect([...ledger.accounts]).toEqual(["a", "b"]);
  expect([ledger.count("account"), ledger.count("checks")]).toEqual([2, 1]);
});

test.each<[boolean | undefined, Partial<Identity>, Partial<Identity>]>([
  [true, {}, {}],
  [undefined, {}, inOtherAccount],
  [undefined, {}, { providerName: "p" }],
  [true, { integrationId: "7" }, { ...inOtherAccount, integrationId: "7" }],
  [false, { integrationId: "7" }, { ...inOtherAccount, integrationId: "8" }],
  [true, deleted, { ...foreign, integrationId: "7" }],
  [true, deleted, { ...foreign, connectedUserId: "1" }],
  [false, { connectedUserId: "1" }, { connectedUserId: "2", providerName: "p" }],
])("isSameIntegration() returns %s for %j and %j", (same, one, two) => {
  expect(isSameIntegration({ ...shop, ...one }, { ...shop, ...two })).toBe(same);
  expect(isSameIntegration({ ...shop, ...two }, { ...shop, ...one })).toBe(same);
});
