import { expect, test } from "@jest/globals";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

test.each(["5.23", "5.28"] as const)(
  "an integration is deleted with one request, in generation %s",
  async (generation) => {
    stage.emulator.setSwitches({ generation });
    const outputs = await stage.created(inputs);
    await stage.process().delete("shop-1", outputs);
    expect(stage.methods()).toEqual(["DELETE"]);
    expect(stage.emulator.integrations()).toEqual([]);
  },
);

test("it is deleted with the account that state knows", async () => {
  const outputs = await stage.created({ ...inputs, account: "shop-2" });
  await stage.process().delete("shop-1", outputs);
  expect(stage.emulator.integrations()).toEqual([]);
});

test("one that is gone already is deleted, without a word", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.remove("shop-1");
  await stage.process().delete("shop-1", outputs);
  expect(stage.notes).toEqual([]);
});

test("a proxy's 404 is no deletion", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.armFault({
    kind: "answer",
    status: 404,
    body: "<html></html>",
    operation: "delete",
    times: "all",
  });
  expect(await failureOf(stage.process().delete("shop-1", outputs))).toMatchObject({ status: 404 });
});

test("a deletion whose answer is lost is found by reading, and succeeds", async () => {
  const outputs = { ...(await stage.created(inputs)), updatedTimestamp: 0 };
  stage.lose("delete", { commit: true });
  await stage.process().delete("shop-1", outputs);
  expect(stage.methods()).toEqual(["DELETE", "GET"]);
});

test("soon after a create, a stale read does not make a failed deletion a success", async () => {
  const outputs = await stage.created(inputs);
  const body = { code: 4180, message: "not found" };
  stage.emulator.armFault({ kind: "answer", status: 404, body, operation: "get", times: 2 });
  stage.lose("delete", { commit: false });
  expect(await failureOf(stage.process().delete("shop-1", outputs))).toMatchObject({ outcome: "unknown" });
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("a deletion that was lost on its way fails, with its own error", async () => {
  const outputs = await stage.created(inputs);
  stage.lose("delete", { commit: false });
  expect(await failureOf(stage.process().delete("shop-1", outputs))).toMatchObject({
    operation: "deleteCommerceIntegration",
    outcome: "unknown",
  });
});

test("when the reading fails too, the deletion's error is the one to see", async () => {
  const outputs = await stage.created(inputs);
  stage.lose("delete", { commit: true });
  stage.blind();
  expect(await failureOf(stage.process().delete("shop-1", outputs))).toMatchObject({
    operation: "deleteCommerceIntegration",
  });
});

test("a refusal is told as Pinterest answered it, without a reading, and with the way out", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", {}, { account: "shop-2" });
  const { message } = await failureOf(stage.process().delete("shop-1", outputs));
  expect(message).toContain("Pinterest answered HTTP 409, code 4182");
  expect(message).toContain("`pulumi state delete URN`");
  expect(stage.methods()).toEqual(["DELETE"]);
});

test("what this process has deleted is made anew without a question, which a lagging answer could spoil", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.setSwitches({ readLag: 5 });
  const process = stage.process();
  await process.delete("shop-1", outputs);
  const again = await process.create({ ...inputs, connectedTagId: "7" });
  expect(stage.methods()).toEqual(["DELETE", "POST"]);
  expect(again.outputs.integrationId).not.toBe(outputs.integrationId);
  expect(stage.emulator.integration("shop-1")).toMatchObject({ connected_tag_id: "7" });
});
