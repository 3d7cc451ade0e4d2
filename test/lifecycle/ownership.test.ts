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

const elsewhere = { account: "two" };

test.each<[string, string, readonly Entry[]]>([
  ["deletes", "no record", []],
  [
    "deletes",
    "only its own records",
    [
      ["declared", shop],
      ["held", deleted],
    ],
  ],
  ["keeps", "another resource that holds it", [["held", other]]],
  [
    "keeps",
    "a resource that has created or adopted it",
    [
      ["creating", shop],
      ["held", other],
    ],
  ],
  [
    "keeps",
    "a holder in another account with the same integration ID",
    [["held", { ...other, ...elsewhere, connectedUserId: undefined }]],
  ],
  [
    "keeps",
    "a holder in another account of the same owner",
    [["held", { ...other, ...elsewhere, integrationId: "8" }]],
  ],
  [
    "keeps",
    "a holder in the same place whose IDs changed",
    [["held", { ...other, integrationId: "8", connectedUserId: "2" }]],
  ],
  [
    "deletes",
    "a holder of another owner",
    [["held", { ...other, ...elsewhere, integrationId: "8", connectedUserId: "2" }]],
  ],
  [
    "deletes",
    "a holder elsewhere with another integration ID",
    [["held", { ...other, ...elsewhere, integrationId: "8", connectedUserId: undefined }]],
  ],
  [
    "deletes",
    "a holder of another external business ID",
    [["held", { ...other, externalBusinessId: "other" }]],
  ],
  [
    "deletes",
    "a holder that was deleted",
    [
      ["held", other],
      ["deleting", other],
      ["deleted", other],
    ],
  ],
  [
    "deletes",
    "a holder that has released it",
    [
      ["held", other],
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
  ["keeps", "a resource that is declared but not in state", [["undeployed", shop]]],
  ["is undetermined", "such a resource in another account", [["undeployed", { ...shop, ...elsewhere }]]],
  [
    "is undetermined",
    "a resource of another owner that the program has moved to another account, and that is not deployed",
    [
      ["held", { ...other, ...elsewhere, integrationId: "8", connectedUserId: "2" }],
      ["undeployed", { ...shop, account: "three", uid: "new" }],
    ],
  ],
  [
    "deletes",
    "its own move to another account, which is not deployed",
    [
      ["held", deleted],
      ["undeployed", { ...shop, ...elsewhere, uid: "old" }],
    ],
  ],
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
  ...(["expected", "creating", "createFailed"] as const).map((event): [string, string, readonly Entry[]] => [
    event === "createFailed" ? "fails" : "deletes",
    `such a declaration whose resource is ${event}`,
    [
      ["declared", { ...shop, ...elsewhere }],
      ["left", deleted],
      [event, { ...shop, ...elsewhere }],
    ],
  ]),
  [
    "is pending",
    "such a declaration, and a creation in a third account",
    [
      ["declared", { ...shop, ...elsewhere }],
      ["left", deleted],
      ["creating", { ...shop, account: "three" }],
    ],
  ],
  [
    "deletes",
    "such a declaration of a resource that holds an integration of another owner",
    [
      ["declared", { ...shop, ...elsewhere }],
      ["left", deleted],
      ["held", { ...other, ...elsewhere, integrationId: "8", connectedUserId: "2" }],
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
  expect(decideDeletion(deleted, ledgerWith([["undeployed", shop]], { isChecked: false })).action).toBe(
    "undetermined",
  );
});

test("the decision names the record of the holder", () => {
  const ledger = new RunLedger();
  ledger.record("held", { ...other, urn: "urn" });
  expect(decideDeletion(deleted, ledger)).toEqual({
    action: "keep",
    holder: { ...other, event: "held", urn: "urn" },
  });
});

test("two resources without a UID are different in an update, and may be one in a destroy", () => {
  const { uid: _, ...unmarked } = deleted;
  const entries: Entry[] = [["held", unmarked]];
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

test.each(["creating", "deleting"] as const)(
  "%s fails if the operation before it does not end",
  async (own) => {
    const other = own === "creating" ? "deleting" : "creating";
    const ledger = ledgerWith([
      [other, shop],
      [own, shop],
    ]);
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

test("operations on integrations of different owners, and two of one kind, do not wait", () => {
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

test("counts deletions, and keeps one record for each resource", () => {
  const program: Entry[] = [
    ["declared", shop],
    ["expected", shop],
    ["creating", shop],
    ["held", other],
    ["held", other],
  ];
  expect(ledgerWith(program).about("shop")).toMatchObject([{ event: "held", uid: "new" }]);
  for (const event of ["undeployed", "createFailed"] as const)
    expect(ledgerWith([...program.slice(0, 3), [event, shop]]).about("shop")).toMatchObject([{ event }]);
  const ledger = ledgerWith([
    ["held", other],
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
  const news = { externalBusinessId: "new", ...elsewhere };
  ledger.checked(shop, news);
  ledger.compared({ ...shop, integrationId: "7", __uid: "old" }, news);
  expect(ledger.count("checks")).toBe(1);
  expect(ledger.about("shop")).toEqual([{ event: "left", ...shop, integrationId: "7", uid: "old" }]);
  expect(ledger.about("new")).toEqual([{ event: "expected", ...news }]);
});

test("records whether a registered or compared resource is in state", () => {
  const ledger = new RunLedger();
  ledger.registered(shop, other);
  ledger.registered({ ...shop, ...elsewhere }, {});
  ledger.registered({ ...shop, account: "three" }, other);
  ledger.registered({}, {});
  expect(ledger.count("undeployed")).toBe(2);
  ledger.checked(shop, { ...shop, providerName: "p" });
  ledger.compared(shop, { ...shop, providerName: "p" });
  expect(ledger.about("shop")).toEqual([
    { event: "undeployed", ...shop, ...elsewhere },
    { event: "held", ...other },
    { event: "undeployed", ...shop, account: "three", uid: "new" },
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
])("returns %s for whether %j and %j hold one integration", (expected, one, two) => {
  expect(isSameIntegration({ ...shop, ...one }, { ...shop, ...two })).toBe(expected);
  expect(isSameIntegration({ ...shop, ...two }, { ...shop, ...one })).toBe(expected);
});
