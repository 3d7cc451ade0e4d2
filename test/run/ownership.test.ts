import { expect, test } from "@jest/globals";
import type { DeclaredIn } from "../../provider/config";
import { completeRun, type EngineRun } from "../../provider/run/engine-command";
import { type Identity, RunLedger } from "../../provider/run/ledger";
import { compareIntegrations, decideDeletion, limitsOf } from "../../provider/run/ownership";

const shop = { externalBusinessId: "shop" };
/** The resource that the engine deletes. */
const deleted: Identity = { ...shop, integrationId: "7", connectedUserId: "1", uid: "old", urn: "urn:old" };
/** Another resource of the same integration. */
const other: Identity = { ...deleted, uid: "new", urn: "urn:new" };

type Entry = Readonly<Parameters<RunLedger["record"]>>;
type Note = Parameters<RunLedger["note"]>[0];

/** Another account of the provider, perhaps of the same owner at Pinterest. */
const inOtherAccount = { ...shop, account: "two" };
/** Another resource of another integration: that of another owner with the same external business ID. */
const foreign: Identity = { ...other, account: "two", integrationId: "8", connectedUserId: "2" };

// The events: see `ResourceEvent` in provider/run/ledger.ts.
const entry =
  (event: Entry[0]) =>
  (identity: Identity): Entry => [event, identity];
const held = entry("held");
const registered = entry("registered");
const undetermined = entry("undetermined");
const created = entry("created");
const planned = entry("planned");
const creating = entry("creating");
const wanted = entry("wanted");
const leaving = entry("leaving");
const deleting = entry("deleting");
const removed = entry("removed");

const ofProgram = { run: completeRun, declaredIn: "program" } as const;

/** A program in JavaScript that has ended. */
const ended: readonly Note[] = ["program", "ended"];

function decide(
  entries: readonly Entry[],
  notes: readonly Note[] = ended,
  run: Partial<EngineRun> = {},
  declaredIn: DeclaredIn = "program",
): string {
  const ledger = new RunLedger();
  for (const note of notes) ledger.note(note);
  for (const [event, identity] of [...entries, leaving(deleted)]) ledger.record(event, identity);
  const decision = decideDeletion(deleted, ledger.knownRecords(), {
    run: { ...completeRun, ...run },
    declaredIn,
  });
  return decision.action === "fail" ? decision.reason : decision.action;
}

test.each<[string, string, readonly Entry[]]>([
  ["delete", "no other record", []],
  ["delete", "its own records", [held(deleted), undetermined(deleted)]],
  ["keep", "another resource that holds it", [held(other)]],
  ["keep", "a copy that the engine has registered", [registered({ ...deleted, urn: "urn:copy" })]],
  [
    "delete",
    "its registration, if the URN of the deletion is unknown",
    [registered({ ...deleted, urn: undefined })],
  ],
  ["delete", "a rename", [held({ ...deleted, urn: "urn:before" }), held(deleted), registered(deleted)]],
  ["keep", "another resource that was compared with an unknown value", [undetermined(other)]],
  ["keep", "a resource that has created or adopted it", [planned(shop), creating(shop), created(other)]],
  ["keep", "a resource whose deletion has failed", [leaving(other), deleting(other), held(other)]],
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
  ["delete", "a holder that leaves before", [held(other), leaving(other)]],
  [
    "delete",
    "a holder that is deleted before",
    [held(other), leaving(other), deleting(other), removed(other)],
  ],
  [
    "possibly-held",
    "a holder in another account whose IDs are not known",
    [held({ ...inOtherAccount, uid: "new" })],
  ],
  ["wanted", "a failed create", [creating(shop), wanted(shop)]],
  ["wanted", "a failed create in another account, whose owner is not known", [wanted(inOtherAccount)]],
  ["wanted", "a create in progress", [creating(shop)]],
  ["delete", "a resource of another owner that the program only reads", [wanted(foreign)]],
])("decides %j for a deletion with %s", (decision, _records, entries) => {
  expect(decide(entries)).toBe(decision);
});

test("keeps an integration for a resource that leaves later, so that the last one deletes it", () => {
  const ledger = new RunLedger();
  for (const one of [deleted, other]) ledger.record("held", one);
  for (const one of [deleted, other]) ledger.record("leaving", one);
  expect(decideDeletion(deleted, ledger.knownRecords(), ofProgram)).toMatchObject({
    action: "keep",
    holder: other,
  });
  ledger.record("removed", deleted);
  expect(decideDeletion(other, ledger.knownRecords(), ofProgram)).toEqual({ action: "delete" });
});

test.each<[string, string, readonly Note[], readonly Entry[]]>([
  ["early", "a program that has not ended", ["program"], []],
  // If it were kept, the engine would later show the resource as one that has the integration, although state has marked it as deleted.
  ["early", "another holder, if the program has not ended", ["program"], [held(other)]],
  ["delete", "a run without a program", [], []],
  [
    "unfinished",
    "a create in a run whose program records nothing",
    [],
    [planned({ externalBusinessId: "other" })],
  ],
  ["early", "an unknown value in a run whose program records nothing", [], [undetermined(deleted)]],
  ["delete", "a create of such a run that has ended", [], [planned(inOtherAccount), created({ ...foreign })]],
])("decides %j for a deletion with %s", (decision, _what, notes, entries) => {
  expect(decide(entries, notes)).toBe(decision);
});

const partial = { isPartial: true };
const destroy = { isDestroy: true };
const excluding = { ...partial, hasExcludes: true };

test.each<[string, string, readonly Note[], Partial<EngineRun>, DeclaredIn]>([
  ["partial", "a partial run whose program records nothing", [], partial, "program"],
  ["partial", "a partial run whose program skips a resource", [...ended, "incomplete"], partial, "program"],
  [
    "partial",
    "the failure of an account, which can hide resources",
    [...ended, "incomplete", "account failed"],
    {},
    "program",
  ],
  ["delete", "an incomplete program, if no account has failed", [...ended, "incomplete"], {}, "program"],
  ["delete", "a partial run whose program has ended", ended, partial, "program"],
  [
    "delete",
    "a partial run of a fleet, whose program declares everything",
    [...ended, "incomplete"],
    partial,
    "merchant list",
  ],
  ["partial", "a destroy that excludes resources", ended, { ...excluding, ...destroy }, "program"],
  ["delete", "an update that excludes resources", ended, excluding, "program"],
  ["delete", "permission to leave resources out", [], { ...partial, allowsPartialDeletes: true }, "program"],
])("decides %j for a deletion with %s", (decision, _what, notes, run, declaredIn) => {
  expect(decide([], notes, run, declaredIn)).toBe(decision);
  expect(decide([held(other)], notes, run, declaredIn)).toBe("keep");
});

test("deletes a declared integration only in a destroy of the whole stack", () => {
  const entries = [wanted(shop)];
  expect(decide(entries, ended, destroy)).toBe("delete");
  expect(decide(entries, ended, { ...destroy, ...partial })).toBe("wanted");
});

test("a declared integration that is not in state prevents a deletion only in a partial run", () => {
  expect(decide([["declared", shop]])).toBe("delete");
  expect(decide([["declared", shop]], ended, partial)).toBe("wanted");
});

test("applies the strictest limits of all processes", () => {
  const ledger = new RunLedger();
  expect(limitsOf(ledger.knownRecords())).toEqual({});
  ledger.note("limits", { onDelete: "disconnect" });
  expect(decideDeletion(deleted, ledger.knownRecords(), ofProgram)).toEqual({ action: "delete" });
  ledger.note("limits", { onDelete: "retain", deleteLimit: 7 });
  expect(decideDeletion(deleted, ledger.knownRecords(), ofProgram)).toEqual({ action: "retain" });
  ledger.note("limits", { onDelete: "refuse", deleteLimit: 9 });
  ledger.note("limits", { onDelete: "disconnect" });
  expect(decideDeletion(deleted, ledger.knownRecords(), ofProgram)).toEqual({
    action: "fail",
    reason: "refused",
  });
  expect(limitsOf(ledger.knownRecords())).toEqual({ onDelete: "refuse", deleteLimit: 7 });
  ledger.record("held", other);
  expect(decideDeletion(deleted, ledger.knownRecords(), ofProgram).action).toBe("keep");
});

test("resources without a UID are different if their URNs are", () => {
  const { uid: _, ...unmarked } = deleted;
  const ledger = new RunLedger();
  for (const event of ["held", "leaving"] as const) ledger.record(event, unmarked);
  expect(decideDeletion(unmarked, ledger.knownRecords(), ofProgram).action).toBe("delete");
  ledger.record("held", { ...unmarked, urn: "urn:new" });
  expect(decideDeletion(unmarked, ledger.knownRecords(), ofProgram).action).toBe("keep");
});

test.each<[ReturnType<typeof compareIntegrations>, Partial<Identity>, Partial<Identity>]>([
  ["same", {}, {}],
  ["unknown", {}, inOtherAccount],
  ["unknown", {}, { providerName: "p" }],
  ["same", { integrationId: "7" }, { ...inOtherAccount, integrationId: "7" }],
  ["different", { integrationId: "7" }, { ...inOtherAccount, integrationId: "8" }],
  ["same", deleted, { ...foreign, integrationId: "7" }],
  ["same", deleted, { ...foreign, connectedUserId: "1" }],
  ["different", { connectedUserId: "1" }, { connectedUserId: "2", providerName: "p" }],
])("compareIntegrations() returns %s for %j and %j", (result, one, two) => {
  expect(compareIntegrations({ ...shop, ...one }, { ...shop, ...two })).toBe(result);
  expect(compareIntegrations({ ...shop, ...two }, { ...shop, ...one })).toBe(result);
});
