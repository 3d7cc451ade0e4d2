import { expect, test } from "@jest/globals";
import { partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

test("a secret that left the program is seen to be cleared by its number, where a value was shown before", async () => {
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  const outputs = await stage.process().update("shop-1", previous, inputs);
  expect(stage.emulator.counters().operations).toMatchObject({ getById: 2, list: 0 });
  expect(stage.bodies("PATCH")).toEqual([{ partner_access_token: null }]);
  expect(stage.emulator.integration("shop-1")).toMatchObject({ partner_access_token: null });
  expect(Object.keys(outputs)).not.toContain("partnerAccessToken");
  expect(outputs.__managed).toBe("t");
});

test("where Pinterest does not answer by number, the list is asked", async () => {
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  stage.emulator.armFault({ kind: "answer", status: 403, operation: "getById", times: "all" });
  const outputs = await stage.process().update("shop-1", previous, inputs);
  expect(Object.keys(outputs)).not.toContain("partnerAccessToken");
  expect(stage.emulator.counters().operations).toMatchObject({ list: 2 });
});

test("finds the integration among the others of the list", async () => {
  stage.emulator.put("shop-0", { partner_access_token: "another" });
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  stage.emulator.put("shop-9", { partner_access_token: "another" });
  stage.emulator.armFault({ kind: "answer", status: 403, operation: "getById", times: "all" });
  const outputs = await stage.process().update("shop-1", previous, inputs);
  expect(outputs.__managed).toBe("t");
});

test("keeps a secret managed if no answer after the clearing shows the integration", async () => {
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  stage.emulator.armFault({ kind: "answer", status: 403, operation: "getById", skip: 1, times: "all" });
  const body = { items: [], bookmark: null };
  stage.emulator.armFault({ kind: "answer", status: 200, body, operation: "list", times: "all" });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, inputs));
  expect(message).toContain("`partnerAccessToken` was removed from the program");
  expect(kept).toMatchObject({ partnerAccessToken: "hidden", __managed: "tA~A" });
});

test.each(["null", "omitted"] as const)(
  "where Pinterest shows no secrets (%s) the update fails, since nothing tells whether it is cleared",
  async (recordSecrets) => {
    stage.emulator.setSwitches({ recordSecrets });
    const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
    const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, inputs));
    expect(message).toContain(
      "`partnerAccessToken` was removed from the program, but Pinterest does not show whether it is cleared",
    );
    expect(message).not.toContain("hidden");
    expect(kept).toMatchObject({
      partnerAccessToken: "hidden",
      __managed: "tA~A",
    });
  },
);

test("a masked answer still tells whether one is there", async () => {
  stage.emulator.setSwitches({ recordSecrets: "masked" });
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  const outputs = await stage.process().update("shop-1", previous, inputs);
  expect(outputs.__managed).toBe("t");
});

test("a secret that Pinterest does not clear fails by its name, and beside it what was cleared is done", async () => {
  const secrets = { partnerAccessToken: "hidden", partnerPrimaryEmail: "a@example.com" };
  const previous = await stage.created({ ...inputs, ...secrets, connectedLbaId: "2" });
  stage.emulator.setSwitches({ ignoredFields: ["partner_access_token"] });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, inputs));
  expect(message).toMatch(
    /`partnerAccessToken` was removed from the program, but Pinterest still holds a value/,
  );
  expect(kept).toMatchObject({
    partnerAccessToken: "hidden",
    __managed: "tA~A",
  });
  expect(Object.keys(kept)).not.toContain("partnerPrimaryEmail");
});

test("a secret whose clearing nothing shows stays managed beside a field that is still held, each with its reason", async () => {
  stage.emulator.setSwitches({ recordSecrets: "omitted" });
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden", connectedLbaId: "2" });
  stage.emulator.setSwitches({ clearByNull: "ignored" });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, inputs));
  expect(message).toContain("Pinterest still holds a value of `connectedLbaId`");
  expect(message).toContain("does not show whether `partnerAccessToken` is cleared");
  expect(kept).toMatchObject({
    partnerAccessToken: "hidden",
    connectedLbaId: "2",
    __managed: "tlA~lA",
  });
});

test("an answer that lags behind the clearing is asked for again", async () => {
  const previous = await stage.created({ ...inputs, partnerAccessToken: "hidden" });
  stage.emulator.setSwitches({ readLag: 4 });
  const outputs = await stage.process().update("shop-1", previous, inputs);
  expect(outputs.__managed).toBe("t");
  expect(stage.pauses.length).toBeGreaterThan(0);
});
