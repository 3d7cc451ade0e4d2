import { describe, expect, test } from "@jest/globals";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

test.each(["5.23", "5.28"] as const)(
  "deletes an integration with one request, in generation %s",
  async (generation) => {
    stage.emulator.setSwitches({ generation });
    const outputs = await stage.created(inputs);
    await stage.process().delete("shop-1", outputs);
    expect(stage.methods()).toEqual(["DELETE"]);
    expect(stage.emulator.integrations()).toEqual([]);
  },
);

test("deletes it with the account in state", async () => {
  const outputs = await stage.created({ ...inputs, account: "shop-2" });
  await stage.process().delete("shop-1", outputs);
  expect(stage.emulator.integrations()).toEqual([]);
});

test("succeeds without a message if it is missing", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.remove("shop-1");
  await stage.process().delete("shop-1", outputs);
  expect(stage.notes).toEqual([]);
});

test("fails on a proxy's 404", async () => {
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

test.each([0, undefined])(
  "succeeds if the response is lost and a read shows that it is missing, with the time %s in state",
  async (updatedTimestamp) => {
    const outputs = { ...(await stage.created(inputs)), updatedTimestamp };
    stage.loseResponses("delete", { commit: true });
    await stage.process().delete("shop-1", outputs);
    expect(stage.methods()).toEqual(["DELETE", "GET"]);
    expect(stage.pauses).toEqual([]);
  },
);

test("does not rely on a stale read soon after a create", async () => {
  const outputs = await stage.created(inputs);
  const body = { code: 4180, message: "not found" };
  stage.emulator.armFault({ kind: "answer", status: 404, body, operation: "get", times: 2 });
  stage.loseResponses("delete", { commit: false });
  expect(await failureOf(stage.process().delete("shop-1", outputs))).toMatchObject({ outcome: "unknown" });
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("reports Pinterest's error with a remedy, without a read", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", {}, { account: "shop-2" });
  const { message } = await failureOf(stage.process().delete("shop-1", outputs));
  expect(message).toContain("Pinterest answered HTTP 409, code 4182");
  expect(message).toContain("`pulumi state delete URN`");
  expect(stage.methods()).toEqual(["DELETE"]);
});

describe("counts a deletion only after a proof:", () => {
  test("a 404 of an integration that a read still shows fails", async () => {
    const outputs = await stage.created(inputs);
    stage.emulator.armFault({
      kind: "answer",
      status: 404,
      body: { code: 4180, message: "no" },
      operation: "delete",
    });
    const { message } = await failureOf(stage.process().delete("shop-1", outputs));
    expect(message).toContain("Pinterest still shows it after the request");
    expect(stage.emulator.integrations()).toHaveLength(1);
  });

  test.each([200, 202])("a %s without a body is confirmed by a read", async (status) => {
    const outputs = await stage.created(inputs);
    stage.emulator.armFault({ kind: "answer", status, body: "", operation: "delete" });
    const { message } = await failureOf(stage.process().delete("shop-1", outputs));
    expect(message).toContain("still shows it");
    stage.emulator.armFault({ kind: "answer", status, body: "", commit: true, operation: "delete" });
    stage.emulator.clearRequests();
    await stage.process().delete("shop-1", outputs);
    expect(stage.methods()).toEqual(["DELETE", "GET"]);
  });

  test("a 404 fails if a later read shows the integration of a create with an unknown outcome", async () => {
    const outputs = await stage.created(inputs);
    const { integrationId: _, ...uncertain } = outputs;
    stage.emulator.armFault({
      kind: "answer",
      status: 404,
      body: { code: 4180, message: "no" },
      operation: "delete",
    });
    stage.emulator.setSwitches({ readLag: 1 });
    await failureOf(stage.process().delete("shop-1", uncertain));
    await stage.process().delete("shop-1", uncertain);
    expect(stage.emulator.integrations()).toEqual([]);
  });
});
