import { expect, test } from "@jest/globals";
import { partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const full = { externalBusinessId: "shop-1", connectedTagId: "1", connectedLbaId: "2" };
const less = { externalBusinessId: "shop-1", connectedTagId: "1" };

test("a field that left the program is cleared by a request of its own, and seen to be gone", async () => {
  const previous = await stage.created(full);
  const outputs = await stage.process().update("shop-1", previous, { ...less, connectedTagId: "7" });
  expect(stage.methods()).toEqual(["PATCH", "PATCH", "GET"]);
  expect(stage.bodies("PATCH")).toEqual([{ connected_tag_id: "7" }, { connected_lba_id: null }]);
  expect(stage.emulator.integration("shop-1")).toMatchObject({
    connected_tag_id: "7",
    connected_lba_id: null,
  });
  expect(Object.keys(outputs)).not.toContain("connectedLbaId");
  expect(outputs.__managed).toBe("t");
});

test("it is read until the clearing shows, within the time for it", async () => {
  const previous = await stage.created(full);
  stage.emulator.setSwitches({ readLag: 3 });
  const outputs = await stage.process().update("shop-1", previous, less);
  expect(Object.keys(outputs)).not.toContain("connectedLbaId");
  expect(stage.pauses).toEqual([100, 200, 400]);
});

test.each([
  ["ignored", /Pinterest still holds a value after being asked to clear it/],
  ["refused", /Pinterest refused to clear it \(.*HTTP 400/],
] as const)(
  "where clearing is %s the update fails by the field's name, with the ways out",
  async (how, why) => {
    const previous = await stage.created({ ...full, scopes: "a" });
    stage.emulator.setSwitches({ clearByNull: how });
    const { message, kept } = await partialFailureOf(
      stage.process().update("shop-1", previous, { ...less, connectedTagId: "7" }),
    );
    expect(message).toMatch(
      /^updating integration 'shop-1': `connectedLbaId`, `scopes` were removed from the program, but/,
    );
    expect(message).toMatch(why);
    expect(message).toContain('whenRemoved: "release"');
    expect(message).toContain("--target-replace");
    expect(kept).toMatchObject({
      connectedTagId: "7",
      connectedLbaId: "2",
      scopes: "a",
      __managed: "tls~ls",
    });
  },
);

test("HTTP 422 counts as a refusal to clear the field", async () => {
  const previous = await stage.created(full);
  stage.emulator.armFault({ kind: "answer", status: 422, operation: "update" });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, less));
  expect(message).toMatch(
    /`connectedLbaId` was removed from the program, but .*Pinterest refused to clear it \(.*HTTP 422/s,
  );
  expect(kept).toMatchObject({ connectedLbaId: "2", __managed: "tl~l" });
});

test("what was not cleared is asked for again by the next update", async () => {
  const previous = await stage.created(full);
  stage.emulator.setSwitches({ clearByNull: "ignored" });
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, less));
  stage.emulator.setSwitches({ clearByNull: "clears" });
  const outputs = await stage.process().update("shop-1", kept, less);
  expect(stage.emulator.integration("shop-1")).toMatchObject({ connected_lba_id: null });
  expect(outputs.__managed).toBe("t");
});

test("what was not cleared can be released instead, without a write", async () => {
  const previous = await stage.created(full);
  stage.emulator.setSwitches({ clearByNull: "ignored" });
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, less));
  stage.emulator.clearRequests();
  const outputs = await stage.process().update("shop-1", kept, { ...less, whenRemoved: "release" });
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs).toMatchObject({ connectedLbaId: "2", __managed: "t~l" });
});

test("a released field stays as it is at Pinterest, is shown, is no longer managed, and that is said", async () => {
  const previous = await stage.created({ ...full, partnerAccessToken: "hidden" });
  const outputs = await stage.process().update("shop-1", previous, { ...less, whenRemoved: "release" });
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs).toMatchObject({ connectedLbaId: "2", __managed: "t~l" });
  expect(Object.keys(outputs)).not.toContain("partnerAccessToken");
  expect(stage.emulator.integration("shop-1")).toMatchObject({ partner_access_token: "hidden" });
  expect(stage.notes).toEqual([
    expect.stringMatching(/'shop-1': no longer managed, .*: `connectedLbaId`, `partnerAccessToken`$/),
  ]);
});

test("a field that was cleared behind the program's back and then leaves it needs no write", async () => {
  const previous = await stage.created(full);
  stage.emulator.change("shop-1", { connected_lba_id: null });
  const refreshed = await stage.process().read("shop-1", previous);
  stage.emulator.clearRequests();
  const outputs = await stage.process().update("shop-1", refreshed?.outputs ?? {}, less);
  expect(stage.emulator.counters().writes).toBe(0);
  expect(outputs.__managed).toBe("t");
});

test("a request to clear whose answer is lost is settled by reading", async () => {
  const previous = await stage.created(full);
  stage.lose("update", { commit: true });
  const outputs = await stage.process().update("shop-1", previous, less);
  expect(Object.keys(outputs)).not.toContain("connectedLbaId");
});

test("a failure between the write and the clearing keeps what was written, and the field as managed", async () => {
  const previous = await stage.created(full);
  stage.emulator.armFault({ kind: "answer", status: 403, operation: "update", skip: 1, times: "all" });
  const news = { ...less, connectedTagId: "7" };
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  expect(message).toContain("HTTP 403");
  expect(kept).toMatchObject({
    connectedTagId: "7",
    connectedLbaId: "2",
    __managed: "tl~l",
  });
});

test("an integration that vanished before the clearing is made anew without the field", async () => {
  const previous = await stage.created(full);
  const stop = stage.emulator.onRequest(({ method }) => {
    if (method === "PATCH") stage.emulator.remove("shop-1");
  });
  const outputs = await stage.process().update("shop-1", previous, less);
  stop();
  expect(stage.emulator.integration("shop-1")).toMatchObject({
    connected_tag_id: "1",
    connected_lba_id: null,
  });
  expect(outputs.__managed).toBe("t");
});

test("keeps a field managed if the integration vanishes between the clearing and the read after it", async () => {
  const previous = await stage.created(full);
  const stop = stage.emulator.onAnswer(({ method }) => {
    if (method === "PATCH") stage.emulator.remove("shop-1");
  });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, less));
  stop();
  expect(message).toContain("Pinterest no longer shows the integration");
  expect(kept).toMatchObject({ connectedLbaId: "2", __managed: "tl~l" });
});
