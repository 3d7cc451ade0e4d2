import { expect, test } from "@jest/globals";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const old = { externalBusinessId: "shop-1", connectedTagId: "1", connectedLbaId: "2" };
const news = { ...old, connectedTagId: "7" };

test("succeeds if the response is lost and a read shows the change", async () => {
  const previous = await stage.created(old);
  stage.loseResponses("update", { commit: true });
  expect(await stage.process().update("shop-1", previous, news)).toMatchObject(news);
  expect(stage.methods()).toEqual(["PATCH", "GET"]);
});

test("fails if the request is lost, and keeps Pinterest's values in state", async () => {
  const previous = await stage.created(old);
  stage.loseResponses("update", { commit: false });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  expect(message).toMatch(
    /updating commerce integration "shop-1" failed.*\n.*may have carried out.*other values than were sent/,
  );
  expect(kept).toMatchObject({ ...old, __managed: previous.__managed });
});

test("removes only the sent fields from state if the read fails, too", async () => {
  const previous = await stage.created(old);
  stage.loseResponses("update", { commit: true });
  stage.failReads();
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  expect(message).toContain("Reading the integration failed, too");
  const { connectedTagId: _, ...others } = previous;
  expect(kept).toStrictEqual({ ...others, __written: kept.__written });
});

test.each([
  ["failed", "7"],
  ["previous", "1"],
])("the next update of the %s program sends uncertain fields", async (_what, tag) => {
  const previous = await stage.created(old);
  stage.loseResponses("update", { commit: true });
  stage.failReads();
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  stage.emulator.disarmFaults();
  const outputs = await stage.process().update("shop-1", kept, { ...old, connectedTagId: tag });
  expect(outputs).toMatchObject({ connectedTagId: tag });
  expect(stage.emulator.integration("shop-1")).toMatchObject({ connected_tag_id: tag });
});

test("sends a secret again if its write was lost, although the read succeeds", async () => {
  const previous = await stage.created({ ...old, partnerAccessToken: "first" });
  stage.loseResponses("update", { commit: true });
  const changed = { ...old, partnerAccessToken: "second" };
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, changed));
  expect(Object.keys(kept)).not.toContain("partnerAccessToken");
  expect(kept.__managed).toContain("A");
  stage.emulator.disarmFaults();
  stage.emulator.clearRequests();
  await stage.process().update("shop-1", kept, changed);
  expect(stage.bodies("PATCH")).toEqual([{ partner_access_token: "second" }]);
});

test("removes a secret from state if its write was lost, although a read shows the other field", async () => {
  const previous = await stage.created({ ...old, partnerAccessToken: "first" });
  stage.loseResponses("update", { commit: true });
  const changed = { ...news, partnerAccessToken: "second" };
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, changed));
  expect(kept).toMatchObject({ connectedTagId: "7", __managed: previous.__managed });
  expect(Object.keys(kept)).not.toContain("partnerAccessToken");
});

test.each([
  ["a field", { connectedTagId: "1" }, { connectedTagId: "7" }],
  ["a secret", { partnerAccessToken: "first" }, { partnerAccessToken: "second" }],
])("clears %s that is uncertain and removed from the program", async (_what, before, after) => {
  const previous = await stage.created({ externalBusinessId: "shop-1", ...before });
  stage.loseResponses("update", { commit: true });
  stage.failReads();
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
  "clears %s, which was removed in a lost update, in the next update",
  async (name) => {
    const previous = await stage.created({ ...old, [name]: "9" });
    stage.loseResponses("update", { commit: true });
    stage.failReads();
    const without: Record<string, unknown> = { ...news };
    delete without[name];
    const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, without));
    stage.emulator.disarmFaults();
    const outputs = await stage.process().update("shop-1", kept, without);
    expect(Object.keys(outputs)).not.toContain(name);
    const integration = stage.emulator.integration("shop-1");
    expect([integration?.connected_lba_id, integration?.partner_access_token]).not.toContain("9");
  },
);

test("the next update recreates an integration that is missing after a lost update", async () => {
  const previous = await stage.created(old);
  stage.loseResponses("update", { commit: false });
  const stop = stage.emulator.onRequest(({ operation }) => {
    if (operation === "update") stage.emulator.remove("shop-1");
  });
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  stop();
  stage.emulator.disarmFaults();
  expect(await stage.process().update("shop-1", kept, news)).toMatchObject(news);
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("keeps state unchanged if the update was certainly not executed", async () => {
  const previous = await stage.created(old);
  stage.emulator.setAccount("shop-1", { revoked: true });
  expect(await failureOf(stage.process().update("shop-1", previous, news))).toMatchObject({ status: 401 });
  expect(stage.methods()).toEqual(["PATCH"]);
});

test("finds a recreated integration by a read if the response to the create is lost", async () => {
  const previous = await stage.created(old);
  stage.emulator.remove("shop-1");
  stage.loseResponses("create", { commit: true });
  const outputs = await stage.process().update("shop-1", previous, news);
  expect(stage.methods()).toEqual(["PATCH", "GET", "POST", "GET"]);
  expect(outputs).toMatchObject({ ...news, integrationId: stage.emulator.integration("shop-1")?.id });
});
