import { expect, test } from "@jest/globals";
import { partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const old = { externalBusinessId: "shop-1", connectedTagId: "1", connectedLbaId: "2" };
const news = { ...old, connectedTagId: "7" };

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
  ["", old],
  [" with another field, which the read shows", news],
])("sends only a secret again if its write was lost%s", async (_what, fields) => {
  const previous = await stage.created({ ...old, partnerAccessToken: "first" });
  stage.loseResponses("update", { commit: true });
  const changed = { ...fields, partnerAccessToken: "second" };
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, changed));
  expect(kept).toMatchObject({ ...fields, __managed: previous.__managed });
  expect(Object.keys(kept)).not.toContain("partnerAccessToken");
  stage.emulator.disarmFaults();
  stage.emulator.clearRequests();
  await stage.process().update("shop-1", kept, changed);
  expect(stage.bodies("PATCH")).toEqual([{ partner_access_token: "second" }]);
});

test("returns the ID of a recreated integration if the response to the create is lost", async () => {
  const previous = await stage.created(old);
  stage.emulator.remove("shop-1");
  stage.loseResponses("create", { commit: true });
  const outputs = await stage.process().update("shop-1", previous, news);
  expect(stage.methods()).toEqual(["PATCH", "GET", "POST", "GET"]);
  expect(outputs).toMatchObject({ ...news, integrationId: stage.emulator.integration("shop-1")?.id });
});
