import { expect, test } from "@jest/globals";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

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
  stage.emulator.armFault({ kind: "response", status: 404, body, operation: "get", times: 2 });
  stage.loseResponses("delete", { commit: false });
  expect(await failureOf(stage.process().delete("shop-1", outputs))).toMatchObject({ outcome: "unknown" });
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("a 404 fails if a later read shows the integration of a create with an unknown outcome", async () => {
  const outputs = await stage.created(inputs);
  const { integrationId: _, ...uncertain } = outputs;
  stage.emulator.armFault({
    kind: "response",
    status: 404,
    body: { code: 4180, message: "no" },
    operation: "delete",
  });
  stage.emulator.setSwitches({ readLag: 1 });
  const { message } = await failureOf(stage.process().delete("shop-1", uncertain));
  expect(message).toMatch(/still shows it after the request\. Repeat the command/);
  await stage.process().delete("shop-1", uncertain);
  expect(stage.emulator.integrations()).toEqual([]);
});
