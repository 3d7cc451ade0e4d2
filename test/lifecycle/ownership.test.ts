import { expect, test } from "@jest/globals";
import {
  decideDeletion,
  type Identity,
  isSameIntegration,
  KeptResources,
  mustWait,
  type RunEvent,
  RunLedger,
  wasDeleted,
} from "../../provider/lifecycle/ownership";

const shop = { externalBusinessId: "shop" };
const deleted: Identity = { ...shop, integrationId: "7", connectedUserId: "1", uid: "old" };
const other: Identity = { ...deleted, uid: "new" };

type Entry = readonly [event: RunEvent, identity: Identity];

function ledgerWith(entries: readonly Entry[], { isChecked = true } = {}): RunLedger {
  const ledger = new RunLedger();
  if (isChecked) ledger.note("checks");
  for (const [event, identity] of entries) ledger.record(event, identity);
  return ledger;
}

const elsewhere = { account: "two" };

test.each<[string, string, readonly Entry[]]>([
  ["deletes", "no record", []],
  [
    "deletes",
    "only its own records",
    [
      ["registered", deleted],
      ["compared", deleted],
    ],
  ],
  ["keeps", "another resource that holds it", [["compared", other]]],
  ["keeps", "a registered resource that holds it", [["registered", other]]],
  [
    "keeps",
    "a resource that has created or adopted it",
    [
      ["creating", shop],
      ["created", other],
    ],
  ],
  [
    "keeps",
    "a holder in another account with the same integration ID",
    [["compared", { ...other, ...elsewhere, connectedUserId: undefined }]],
  ],
  [
    "keeps",
    "a holder in another account of the same owner",
    [["compared", { ...other, ...elsewhere, integrationId: "8" }]],
  ],
  [
    "keeps",
    "a holder in the same place whose IDs changed",
    [["compared", { ...other, integrationId: "8", connectedUserId: "2" }]],
  ],
  [
    "deletes",
    "a holder of another owner",
    [["compared", { ...other, ...elsewhere, integrationId: "8", connectedUserId: "2" }]],
  ],
  [
    "deletes",
    "a holder elsewhere with another integration ID",
    [["compared", { ...other, ...elsewhere, integrationId: "8", connectedUserId: undefined }]],
  ],
  [
    "deletes",
    "a holder of another external business ID",
    [["compared", { ...other, externalBusinessId: "other" }]],
  ],
  [
    "deletes",
    "a holder that was deleted",
    [
      ["compared", other],
      ["deleting", other],
      ["deleted", other],
    ],
  ],
  [
    "deletes",
    "a holder that has released it",
    [
      ["compared", other],
      ["released", other],
    ],
  ],
  ["deletes", "a creation in progress", [["creating", shop]]],
  [
    "fails",
    "a creation that has failed",
    [
      ["creating", shop],
      ["createFailed", shop],
    ],
  ],
  [
    "fails",
    "a failed creation in another account, whose owner is not known",
    [["createFailed", { ...shop, ...elsewhere }]],
  ],
  ["keeps", "a resource that is declared but not in state", [["registered", shop]]],
  ["is undetermined", "such a resource in another account", [["registered", { ...shop, ...elsewhere }]]],
  ["deletes", "a declaration alone, which may be its own", [["declared", shop]]],
  [
    "keeps",
    "a declaration of the ID that its own resource leaves",
    [
      ["declared", shop],
      ["left", deleted],
    ],
  ],
  [
    "keeps",
    "such a declaration once its own deletion is in progress",
    [
      ["declared", shop],
      ["left", deleted],
      ["deleting", deleted],
    ],
  ],
  [
    "is pending",
    "a declaration elsewhere of the ID that its own resource leaves",
    [
      ["declared", { ...shop, ...elsewhere }],
      ["left", deleted],
    ],
  ],
  ...(["compared", "creating", "createFailed"] as const).map((event): [string, string, readonly Entry[]] => [
    event === "createFailed" ? "fails" : "deletes",
    `such a declaration whose resource is ${event}`,
    [
      ["declared", { ...shop, ...elsewhere }],
      ["left", deleted],
      [event, { ...shop, ...elsewhere }],
    ],
  ]),
  [
    "deletes",
    "such a declaration of a resource that holds an integration of another owner",
    [
      ["declared", { ...shop, ...elsewhere }],
      ["left", deleted],
      ["compared", { ...other, ...elsewhere, integrationId: "8", connectedUserId: "2" }],
    ],
  ],
  [
    "deletes",
    "a declaration of the ID that another resource leaves",
    [
      ["declared", shop],
      ["left", other],
    ],
  ],
])("a deletion %s with %s", (action, _records, entries) => {
  const expected = {
    deletes: "delete",
    keeps: "keep",
    fails: "failed",
    "is undetermined": "undetermined",
    "is pending": "pending",
  };
  expect(decideDeletion(deleted, ledgerWith(entries)).action).toBe(expected[action as keyof typeof expected]);
});

test("a resource that is declared but not in state leaves a run without checks undetermined", () => {
  expect(decideDeletion(deleted, ledgerWith([["registered", shop]], { isChecked: false })).action).toBe(
    "undetermined",
  );
});

test("the decision names the record of the holder", () => {
  const ledger = new RunLedger();
  ledger.record("created", other, "urn");
  expect(decideDeletion(deleted, ledger)).toEqual({
    action: "keep",
    holder: { ...other, event: "created", urn: "urn" },
  });
});

test("two resources without a UID are different in an update, and may be one in a destroy", () => {
  const { uid: _, ...unmarked } = deleted;
  const entries: Entry[] = [["registered", unmarked]];
  expect(decideDeletion(unmarked, ledgerWith(entries)).action).toBe("keep");
  expect(decideDeletion(unmarked, ledgerWith(entries, { isChecked: false })).action).toBe("delete");
});

test("the second of a creation and a deletion waits for the first until that ends", () => {
  for (const [first, second, ends] of [
    ["creating", "deleting", ["created", "createFailed"]],
    ["deleting", "creating", ["deleted", "released"]],
  ] as const) {
    // State that was written by hand has no UID.
    for (const [end, uid] of ends.flatMap((each) => [[each, "old"] as const, [each, undefined] as const])) {
      const of = { creating: shop, deleting: { ...deleted, uid } };
      const ledger = ledgerWith([
        [first, of[first]],
        [second, of[second]],
      ]);
      expect(mustWait(second, of[second], ledger)).toBe(true);
      expect(mustWait(first, of[first], ledger)).toBe(false);
      ledger.record(end, first === "creating" ? other : of.deleting);
      expect(mustWait(second, of[second], ledger)).toBe(false);
    }
  }
});

test("operations on integrations of different owners do not wait, nor two of one kind", () => {
  const foreign = { ...other, ...elsewhere, integrationId: "8", connectedUserId: "2" };
  expect(
    mustWait(
      "deleting",
      deleted,
      ledgerWith([
        ["creating", foreign],
        ["deleting", deleted],
      ]),
    ),
  ).toBe(false);
  expect(
    mustWait(
      "deleting",
      deleted,
      ledgerWith([
        ["deleting", other],
        ["deleting", deleted],
      ]),
    ),
  ).toBe(false);
  expect(mustWait("deleting", deleted, ledgerWith([["creating", shop]]))).toBe(false);
});

test("a deletion is remembered by integration ID, and by place", () => {
  const ledger = ledgerWith([
    ["deleting", deleted],
    ["deleted", deleted],
  ]);
  expect(wasDeleted({ ...shop, ...elsewhere, integrationId: "7" }, ledger)).toBe(true);
  expect(wasDeleted({ ...shop, integrationId: "8" }, ledger)).toBe(false);
  expect(wasDeleted(shop, ledger)).toBe(true);
  expect(wasDeleted({ ...shop, ...elsewhere }, ledger)).toBe(false);
  expect(wasDeleted(shop, ledgerWith([["compared", deleted]]))).toBe(false);
});

test("counts deletions, and keeps one record for each resource", () => {
  const program: Entry[] = [
    ["declared", shop],
    ["creating", shop],
    ["created", other],
    ["registered", other],
  ];
  expect(ledgerWith(program).about("shop")).toMatchObject([{ event: "registered", uid: "new" }]);
  const ledger = ledgerWith([
    ["compared", other],
    ["registered", other],
    ["deleting", deleted],
    ["deleting", other],
    ["deleted", deleted],
  ]);
  expect([ledger.count("deleting"), ledger.count("deleted"), ledger.count("checks")]).toEqual([2, 1, 1]);
  expect(ledger.about("shop").map(({ event, uid }) => [event, uid])).toEqual([
    ["deleting", "new"],
    ["deleted", "old"],
  ]);
});

test("records the check of a resource, and a change of its ID under both IDs", () => {
  const ledger = new RunLedger();
  const kept = new KeptResources(ledger);
  const news = { externalBusinessId: "new", ...elsewhere };
  kept.checked(shop, news);
  kept.compared({ ...shop, integrationId: "7", __uid: "old" }, news);
  expect(ledger.count("checks")).toBe(1);
  expect(ledger.about("shop")).toEqual([{ event: "left", ...shop, integrationId: "7", uid: "old" }]);
  expect(ledger.about("new")).toEqual([{ event: "compared", ...news }]);
});

test("records a check and an account once", () => {
  const lines: unknown[] = [];
  class Recording extends RunLedger {
    protected override append(line: Parameters<RunLedger["append"]>[0]): void {
      lines.push(line);
    }
  }
  const ledger = new Recording();
  for (const account of ["a", "b", "a"]) ledger.note("account", account);
  ledger.note("checks");
  ledger.note("checks");
  expect(lines).toEqual([
    { event: "account", externalBusinessId: "", account: "a" },
    { event: "account", externalBusinessId: "", account: "b" },
    { event: "checks", externalBusinessId: "" },
  ]);
});

test.each<[boolean | undefined, Partial<Identity>, Partial<Identity>]>([
  [true, {}, {}],
  [undefined, {}, elsewhere],
  [undefined, {}, { providerName: "p" }],
  [true, { integrationId: "7" }, { integrationId: "7", ...elsewhere }],
  [false, { integrationId: "7" }, { integrationId: "8", ...elsewhere }],
  [
    true,
    { integrationId: "7", connectedUserId: "1" },
    { integrationId: "7", connectedUserId: "2", ...elsewhere },
  ],
  [
    true,
    { integrationId: "7", connectedUserId: "1" },
    { integrationId: "8", connectedUserId: "1", ...elsewhere },
  ],
  [false, { connectedUserId: "1" }, { connectedUserId: "2", providerName: "p" }],
])("whether two resources hold one integration is %s for %j and %j", (expected, one, two) => {
  expect(isSameIntegration({ ...shop, ...one }, { ...shop, ...two })).toBe(expected);
  expect(isSameIntegration({ ...shop, ...two }, { ...shop, ...one })).toBe(expected);
});
