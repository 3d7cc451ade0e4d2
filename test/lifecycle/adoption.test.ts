import { expect, test } from "@jest/globals";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "33", scopes: "a,b" };
const same = { connected_tag_id: "33", scopes: "a,b" };
const matches = /'shop-1': it already exists at Pinterest and matches the program$/;

test.each([
  ["nothing if it matches the program", { ...same, scopes: "b a" }, {}, [], {}, matches],
  [
    "only the differing fields with `adopt`",
    { ...same, connected_tag_id: "44" },
    { adopt: true },
    [{ connected_tag_id: "33" }],
    {},
    /adopted integration 'shop-1', which already exists at Pinterest, and overwrote `connectedTagId`/,
  ],
  [
    "nothing with `adopt` for a field that the program omits, and returns it",
    { ...same, connected_lba_id: "55" },
    { adopt: true },
    [],
    { connectedLbaId: "55", __managed: "ts" },
    matches,
  ],
  [
    "partner secrets, because they cannot be compared",
    { ...same, partner_access_token: "old" },
    { partnerAccessToken: "new" },
    [{ partner_access_token: "new" }],
    {},
    /matches the program/,
  ],
])("adopts an integration and writes %s", async (_what, fields, changes, bodies, expected, note) => {
  const { id } = stage.emulator.put("shop-1", fields);
  const { outputs } = await stage.process().create({ ...inputs, ...changes });
  expect(stage.methods()).toEqual(["GET", ...bodies.map(() => "PATCH")]);
  expect(stage.bodies("PATCH")).toEqual(bodies);
  expect(outputs).toMatchObject({ ...inputs, ...changes, ...expected, integrationId: id });
  expect(stage.notes).toEqual([expect.stringMatching(note)]);
});

test("refuses an integration that differs, without a write, and names only the properties", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "44", scopes: "a,c", connected_lba_id: "55" });
  const { message } = await failureOf(stage.process().create({ ...inputs, adopt: false }));
  expect(stage.methods()).toEqual(["GET"]);
  expect(message).toContain("differs from the program in `connectedTagId`, `connectedLbaId`, `scopes`");
  expect(message).toContain("(the program omits `connectedLbaId`)");
  expect(message).not.toMatch(/33|44|55|replacement/);
  stage.emulator.change("shop-1", { connected_lba_id: null });
  expect((await failureOf(stage.process().create(inputs))).message).toContain(
    "`scopes`. Nothing was changed",
  );
});

test.each(["5.23", "5.28"] as const)(
  "refuses another owner's integration with and without `adopt`, without a write, in generation %s",
  async (generation) => {
    stage.emulator.setSwitches({ generation });
    stage.emulator.put("shop-1", {}, { account: "shop-2" });
    for (const adopt of [true, false]) {
      const { message } = await failureOf(stage.process().create({ ...inputs, adopt }));
      expect(message).toContain("integration 'shop-1' belongs to another owner");
      expect(message).toMatch(/HTTP (409, code 4182|403, code 29)/);
    }
    expect(stage.emulator.counters().writes).toBe(0);
  },
);

test("adopts the integration of an interrupted create", async () => {
  stage.loseResponses("create", { commit: true });
  stage.failReads({ after: 1 });
  await partialFailureOf(stage.process().create(inputs));
  stage.emulator.disarmFaults();
  const { outputs } = await stage.process().create(inputs);
  expect(outputs).toMatchObject(inputs);
  expect(stage.emulator.integrations()).toHaveLength(1);
  expect(stage.emulator.counters().operations).toMatchObject({ create: 1, update: 0 });
});

test("creates an integration that a stale read shows and a write does not find", async () => {
  const deleted = await stage.created({ ...inputs, partnerAccessToken: "partner-t0ken" });
  stage.emulator.setSwitches({ readLag: 5 });
  await stage.process().delete("shop-1", deleted);
  const { outputs } = await stage.process().create({ ...inputs, partnerAccessToken: "partner-t0ken" });
  expect(stage.methods()).toEqual(["DELETE", "GET", "PATCH", "POST"]);
  expect(stage.emulator.integrations()).toMatchObject([
    { id: outputs.integrationId, connected_tag_id: "33" },
  ]);
  expect(outputs.integrationId).not.toBe(deleted.integrationId);
});

test("reports the adoption of an integration that only the create meets", async () => {
  stage.emulator.put("shop-1", same);
  stage.pass(1000);
  const body = { code: 4180, message: "no" };
  stage.emulator.armFault({ kind: "response", status: 404, body, operation: "get" });
  await stage.process().create(inputs);
  expect(stage.notes).toEqual([
    expect.stringContaining("adopted integration 'shop-1': it already existed at Pinterest"),
  ]);
});
