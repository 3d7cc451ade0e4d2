import { describe, expect, test } from "@jest/globals";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "33", scopes: "a,b" };

test("adopts an integration that matches the program, without a write, and reports it", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "b a" });
  const { outputs } = await stage.process().create(inputs);
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs).toMatchObject({ ...inputs, integrationId: stage.emulator.integration("shop-1")?.id });
  expect(stage.notes).toEqual([
    expect.stringMatching(/'shop-1': it already exists at Pinterest and matches the program$/),
  ]);
});

test("refuses an integration that differs, without a write, and names the properties and the command that shows them", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "44", scopes: "a,c", connected_lba_id: "55" });
  const { message } = await failureOf(stage.process().create({ ...inputs, adopt: false }));
  expect(stage.methods()).toEqual(["GET"]);
  expect(message).toContain("differs from the program in `connectedTagId`, `connectedLbaId`, `scopes`");
  expect(message).toContain("(the program omits `connectedLbaId`)");
  expect(message).toContain("npx pulumi-pinterest preflight");
  expect(message).toContain("adopt: true");
  expect(message).not.toMatch(/33|44|55|replacement/);
  stage.emulator.change("shop-1", { connected_lba_id: null });
  expect((await failureOf(stage.process().create(inputs))).message).toContain(
    "`scopes`. Nothing was changed",
  );
});

test("overwrites only the differing fields with `adopt`, and reports it", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "44", scopes: "a,b" });
  const { outputs } = await stage.process().create({ ...inputs, adopt: true });
  expect(stage.methods()).toEqual(["GET", "PATCH"]);
  expect(stage.bodies("PATCH")).toEqual([{ connected_tag_id: "33" }]);
  expect(outputs).toMatchObject({ connectedTagId: "33", scopes: "a,b", adopt: true });
  expect(stage.notes).toEqual([
    expect.stringMatching(
      /adopted integration 'shop-1', which already exists at Pinterest, and overwrote `connectedTagId`/,
    ),
  ]);
});

test("with `adopt`, keeps and returns a field that the program omits", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "33", connected_lba_id: "55", scopes: "a,b" });
  const { outputs } = await stage.process().create({ ...inputs, adopt: true });
  expect(stage.emulator.integration("shop-1")).toMatchObject({ connected_lba_id: "55" });
  expect(outputs).toMatchObject({ connectedLbaId: "55", __managed: "ts" });
  expect(stage.emulator.counters().writes).toBe(0);
});

test("writes partner secrets when it adopts, because they cannot be compared", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "33", scopes: "a,b", partner_access_token: "old" });
  const { outputs } = await stage.process().create({ ...inputs, partnerAccessToken: "new" });
  expect(stage.bodies("PATCH")).toEqual([{ partner_access_token: "new" }]);
  expect(outputs).toMatchObject({ partnerAccessToken: "new" });
  expect(stage.notes).toEqual([expect.stringContaining("matches the program")]);
});

test("fails and names a field that Pinterest ignores during the adoption", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "44", scopes: "a,b" });
  stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  const { message, kept } = await partialFailureOf(stage.process().create({ ...inputs, adopt: true }));
  expect(message).toContain("ignored `connectedTagId`");
  expect(kept).toMatchObject({ connectedTagId: "44", __managed: "ts" });
});

test.each(["5.23", "5.28"] as const)(
  "refuses another owner's integration with and without `adopt`, in generation %s",
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

test("refuses an integration that another owner creates between the read and the create", async () => {
  const stop = stage.emulator.onRequest(({ operation }) => {
    if (operation === "create") stage.emulator.put("shop-1", {}, { account: "shop-2" });
  });
  const { message } = await failureOf(stage.process().create(inputs));
  stop();
  expect(message).toContain("belongs to another owner");
  expect(stage.emulator.integrations("shop-1")).toEqual([]);
});

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
  const inputs = { externalBusinessId: "shop-1", connectedTagId: "1", partnerAccessToken: "partner-t0ken" };
  const deleted = await stage.created(inputs);
  stage.emulator.setSwitches({ readLag: 5 });
  await stage.process().delete("shop-1", deleted);
  const { outputs } = await stage.process().create(inputs);
  expect(stage.methods()).toEqual(["DELETE", "GET", "PATCH", "POST"]);
  expect(stage.emulator.integrations()).toMatchObject([{ id: outputs.integrationId, connected_tag_id: "1" }]);
  expect(outputs.integrationId).not.toBe(deleted.integrationId);
});

describe("a create whose read does not show an existing integration", () => {
  const hide = () =>
    stage.emulator.armFault({
      kind: "answer",
      status: 404,
      body: { code: 4180, message: "no" },
      operation: "get",
      times: 1,
    });

  test("fails if Pinterest updates one that differs", async () => {
    stage.emulator.put("shop-1", { connected_lba_id: "2" });
    stage.pass(1000);
    hide();
    const { message } = await failureOf(
      stage.process().create({ externalBusinessId: "shop-1", connectedTagId: "1" }),
    );
    expect(message).toContain("differs from the program in `connectedLbaId`");
    expect(message).toContain("A read did not show it, so the program's values were written to it");
  });

  test("adopts one that has the same fields, and reports it", async () => {
    stage.emulator.put("shop-1", { connected_tag_id: "1" });
    stage.pass(1000);
    hide();
    await stage.process().create({ externalBusinessId: "shop-1", connectedTagId: "1" });
    expect(stage.notes).toEqual([
      expect.stringContaining("adopted integration 'shop-1': it already existed at Pinterest"),
    ]);
  });
});
