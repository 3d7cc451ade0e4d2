import { expect, test } from "@jest/globals";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const old = { externalBusinessId: "shop-1", connectedTagId: "1", connectedLbaId: "2" };
const news = { ...old, connectedTagId: "7" };

test("a change whose answer is lost is found by reading, and succeeds", async () => {
  const previous = await stage.created(old);
  stage.lose("update", { commit: true });
  expect(await stage.process().update("shop-1", previous, news)).toMatchObject(news);
  expect(stage.methods()).toEqual(["PATCH", "GET"]);
});

test("a change that was lost on its way fails, and state holds what was read", async () => {
  const previous = await stage.created(old);
  stage.lose("update", { commit: false });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  expect(message).toMatch(
    /updating commerce integration "shop-1" failed.*\n.*may have executed.*other values than were sent/,
  );
  expect(kept).toMatchObject({ ...old, __managed: previous.__managed });
});

test("when the reading fails too, state forgets what it believed of the fields that were sent, and no other", async () => {
  const previous = await stage.created(old);
  stage.lose("update", { commit: true });
  stage.blind();
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  expect(message).toContain("Reading the integration failed, too");
  const { connectedTagId: _, ...others } = previous;
  expect(kept).toStrictEqual(others);
});

test.each([
  ["as it failed", "7"],
  ["as it was before", "1"],
])("the next update sends what is not certain, with the program %s", async (_what, tag) => {
  const previous = await stage.created(old);
  stage.lose("update", { commit: true });
  stage.blind();
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  stage.emulator.disarmFaults();
  const outputs = await stage.process().update("shop-1", kept, { ...old, connectedTagId: tag });
  expect(outputs).toMatchObject({ connectedTagId: tag });
  expect(stage.emulator.integration("shop-1")).toMatchObject({ connected_tag_id: tag });
});

test("a lost change of a secret stays uncertain though the reading succeeds, and is sent again", async () => {
  const previous = await stage.created({ ...old, partnerAccessToken: "first" });
  stage.lose("update", { commit: true });
  const changed = { ...old, partnerAccessToken: "second" };
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, changed));
  expect(Object.keys(kept)).not.toContain("partnerAccessToken");
  expect(kept.__managed).toContain("A");
  stage.emulator.disarmFaults();
  stage.emulator.clearRequests();
  await stage.process().update("shop-1", kept, changed);
  expect(stage.bodies("PATCH")).toEqual([{ partner_access_token: "second" }]);
});

test("forgets a secret whose write was lost although a read shows that the other field was written", async () => {
  const previous = await stage.created({ ...old, partnerAccessToken: "first" });
  stage.lose("update", { commit: true });
  const changed = { ...news, partnerAccessToken: "second" };
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, changed));
  expect(kept).toMatchObject({ connectedTagId: "7", __managed: previous.__managed });
  expect(Object.keys(kept)).not.toContain("partnerAccessToken");
});

test.each([
  ["a field", { connectedTagId: "1" }, { connectedTagId: "7" }],
  ["a secret", { partnerAccessToken: "first" }, { partnerAccessToken: "second" }],
])("%s that became uncertain and then leaves the program is cleared", async (_what, before, after) => {
  const previous = await stage.created({ externalBusinessId: "shop-1", ...before });
  stage.lose("update", { commit: true });
  stage.blind();
  const changed = { externalBusinessId: "shop-1", ...after };
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, changed));
  stage.emulator.disarmFaults();
  await stage.process().update("shop-1", kept, { externalBusinessId: "shop-1" });
  expect(stage.emulator.integration("shop-1")).toMatchObject({
    connected_tag_id: null,
    partner_access_token: null,
  });
});

test.each(["connectedLbaId", "partnerAccessToken"])(
  "%s that left the program in an update that was lost is cleared by the next one",
  async (name) => {
    const previous = await stage.created({ ...old, [name]: "9" });
    stage.lose("update", { commit: true });
    stage.blind();
    const without: Record<string, unknown> = { ...news };
    delete without[name];
    const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, without));
    stage.emulator.disarmFaults();
    const outputs = await stage.process().update("shop-1", kept, without);
    expect(Object.keys(outputs)).not.toContain(name);
    const held = stage.emulator.integration("shop-1");
    expect([held?.connected_lba_id, held?.partner_access_token]).not.toContain("9");
  },
);

test("an integration that vanished while its change was lost is made anew by the next update", async () => {
  const previous = await stage.created(old);
  stage.lose("update", { commit: false });
  const stop = stage.emulator.onRequest(({ operation }) => {
    if (operation === "update") stage.emulator.remove("shop-1");
  });
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  stop();
  stage.emulator.disarmFaults();
  expect(await stage.process().update("shop-1", kept, news)).toMatchObject(news);
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("a change that surely was not made is a plain failure: state stays as it was", async () => {
  const previous = await stage.created(old);
  stage.emulator.setAccount("shop-1", { revoked: true });
  expect(await failureOf(stage.process().update("shop-1", previous, news))).toMatchObject({ status: 401 });
  expect(stage.methods()).toEqual(["PATCH"]);
});

test("finds a recreated integration by reading if the answer to its creation is lost", async () => {
  const previous = await stage.created(old);
  stage.emulator.remove("shop-1");
  stage.lose("create", { commit: true });
  const outputs = await stage.process().update("shop-1", previous, news);
  expect(stage.methods()).toEqual(["PATCH", "POST", "GET"]);
  expect(outputs).toMatchObject({ ...news, integrationId: stage.emulator.integration("shop-1")?.id });
});
