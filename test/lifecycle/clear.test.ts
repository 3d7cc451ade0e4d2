import { expect, test } from "@jest/globals";
import { partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const full = { externalBusinessId: "shop-1", connectedTagId: "1", connectedLbaId: "2" };
const reduced = { externalBusinessId: "shop-1", connectedTagId: "1" };

test("clears a field that was removed from the program in its own request, and confirms it", async () => {
  const previous = await stage.created(full);
  const outputs = await stage.process().update("shop-1", previous, { ...reduced, connectedTagId: "7" });
  expect(stage.methods()).toEqual(["PATCH", "PATCH", "GET"]);
  expect(stage.bodies("PATCH")).toEqual([{ connected_tag_id: "7" }, { connected_lba_id: null }]);
  expect(stage.emulator.integration("shop-1")).toMatchObject({
    connected_tag_id: "7",
    connected_lba_id: null,
  });
  expect(Object.keys(outputs)).not.toContain("connectedLbaId");
  expect(outputs.__managed).toBe("t");
});

test("reads until the field is cleared, within the time limit", async () => {
  const previous = await stage.created(full);
  stage.emulator.setSwitches({ readLag: 3 });
  const outputs = await stage.process().update("shop-1", previous, reduced);
  expect(Object.keys(outputs)).not.toContain("connectedLbaId");
  expect(stage.pauses).toEqual([100, 200, 400]);
});

test.each([
  ["ignored", /Pinterest still holds a value after being asked to clear it/],
  ["refused", /Pinterest refused to clear it \(.*HTTP 400/],
] as const)("fails with the field's name and remedies if clearing is %s", async (clearByNull, reason) => {
  const previous = await stage.created({ ...full, scopes: "a" });
  stage.emulator.setSwitches({ clearByNull });
  const { message, kept } = await partialFailureOf(
    stage.process().update("shop-1", previous, { ...reduced, connectedTagId: "7" }),
  );
  expect(message).toMatch(
    /^updating integration 'shop-1': `connectedLbaId`, `scopes` were removed from the program, but/,
  );
  expect(message).toMatch(reason);
  expect(message).toContain('whenRemoved: "release"');
  expect(message).toContain("remove the resource from the program, run `pulumi up`, add it again");
  expect(kept).toMatchObject({
    connectedTagId: "7",
    connectedLbaId: "2",
    scopes: "a",
    __managed: "tls~ls",
  });
});

test("HTTP 422 counts as a refusal to clear the field", async () => {
  const previous = await stage.created(full);
  stage.emulator.armFault({ kind: "answer", status: 422, operation: "update" });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, reduced));
  expect(message).toMatch(
    /`connectedLbaId` was removed from the program, but .*Pinterest refused to clear it \(.*HTTP 422/s,
  );
  expect(kept).toMatchObject({ connectedLbaId: "2", __managed: "tl~l" });
});

test("retries in the next update to clear a field that was not cleared", async () => {
  const previous = await stage.created(full);
  stage.emulator.setSwitches({ clearByNull: "ignored" });
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, reduced));
  stage.emulator.setSwitches({ clearByNull: "clears" });
  const outputs = await stage.process().update("shop-1", kept, reduced);
  expect(stage.emulator.integration("shop-1")).toMatchObject({ connected_lba_id: null });
  expect(outputs.__managed).toBe("t");
});

test("releases a field that was not cleared, without a write", async () => {
  const previous = await stage.created(full);
  stage.emulator.setSwitches({ clearByNull: "ignored" });
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, reduced));
  stage.emulator.clearRequests();
  const outputs = await stage.process().update("shop-1", kept, { ...reduced, whenRemoved: "release" });
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs).toMatchObject({ connectedLbaId: "2", __managed: "t~l" });
});

test("keeps a released field at Pinterest and in outputs, stops managing it, and reports it", async () => {
  const previous = await stage.created({ ...full, partnerAccessToken: "hidden" });
  const outputs = await stage.process().update("shop-1", previous, { ...reduced, whenRemoved: "release" });
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs).toMatchObject({ connectedLbaId: "2", __managed: "t~l" });
  expect(Object.keys(outputs)).not.toContain("partnerAccessToken");
  expect(stage.emulator.integration("shop-1")).toMatchObject({ partner_access_token: "hidden" });
  expect(stage.notes).toEqual([
    expect.stringMatching(/'shop-1': no longer managed, .*: `connectedLbaId`, `partnerAccessToken`$/),
  ]);
});

test("writes nothing for a field that was cleared at Pinterest before it was removed from the program", async () => {
  const previous = await stage.created(full);
  stage.emulator.change("shop-1", { connected_lba_id: null });
  const refreshed = await stage.process().read("shop-1", previous);
  stage.emulator.clearRequests();
  const outputs = await stage.process().update("shop-1", refreshed?.outputs ?? {}, reduced);
  expect(stage.emulator.counters().writes).toBe(0);
  expect(outputs.__managed).toBe("t");
});

test("confirms a clearing by a read if its response is lost", async () => {
  const previous = await stage.created(full);
  stage.loseResponses("update", { commit: true });
  const outputs = await stage.process().update("shop-1", previous, reduced);
  expect(Object.keys(outputs)).not.toContain("connectedLbaId");
});

test("keeps the written values, and keeps managing the field, if the clearing fails", async () => {
  const previous = await stage.created(full);
  stage.emulator.armFault({ kind: "answer", status: 403, operation: "update", skip: 1, times: "all" });
  const news = { ...reduced, connectedTagId: "7" };
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  expect(message).toContain("HTTP 403");
  expect(kept).toMatchObject({
    connectedTagId: "7",
    connectedLbaId: "2",
    __managed: "tl~l",
  });
});

test("recreates an integration that is missing when the field is cleared, without the field", async () => {
  const previous = await stage.created(full);
  const stop = stage.emulator.onRequest(({ method }) => {
    if (method === "PATCH") stage.emulator.remove("shop-1");
  });
  const outputs = await stage.process().update("shop-1", previous, reduced);
  stop();
  expect(stage.emulator.integration("shop-1")).toMatchObject({
    connected_tag_id: "1",
    connected_lba_id: null,
  });
  expect(outputs.__managed).toBe("t");
});

test("keeps a field managed if the integration is missing in the read after clearing", async () => {
  const previous = await stage.created(full);
  const stop = stage.emulator.onAnswer(({ method }) => {
    if (method === "PATCH") stage.emulator.remove("shop-1");
  });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, reduced));
  stop();
  expect(message).toContain("Pinterest no longer shows the integration");
  expect(kept).toMatchObject({ connectedLbaId: "2", __managed: "tl~l" });
});

test("confirms by integration ID that a secret is cleared, if a value was shown before", async () => {
  const previous = await stage.created({ ...reduced, partnerAccessToken: "hidden" });
  const outputs = await stage.process().update("shop-1", previous, reduced);
  expect(stage.emulator.counters().operations).toMatchObject({ getById: 2, list: 0 });
  expect(stage.bodies("PATCH")).toEqual([{ partner_access_token: null }]);
  expect(stage.emulator.integration("shop-1")).toMatchObject({ partner_access_token: null });
  expect(Object.keys(outputs)).not.toContain("partnerAccessToken");
  expect(outputs.__managed).toBe("t");
});

const unconfirmed = "Pinterest does not show whether it is cleared";
const rejectReadsById = (skip: number) =>
  stage.emulator.armFault({ kind: "answer", status: 403, operation: "getById", skip, times: "all" });

test.each<[string, string, () => void]>([
  [
    "no response after the clearing shows the integration",
    "Pinterest still holds a value",
    () => rejectReadsById(1),
  ],
  ["Pinterest rejects reads by integration ID", unconfirmed, () => rejectReadsById(0)],
  ["Pinterest returns no secrets", unconfirmed, () => stage.emulator.setSwitches({ recordSecrets: "null" })],
  ["Pinterest omits secrets", unconfirmed, () => stage.emulator.setSwitches({ recordSecrets: "omitted" })],
])("fails and keeps a secret managed if %s", async (_what, reason, arrange) => {
  arrange();
  const previous = await stage.created({ ...reduced, partnerAccessToken: "hidden" });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, reduced));
  expect(message).toContain(`\`partnerAccessToken\` was removed from the program, but ${reason}`);
  expect(message).not.toContain("hidden");
  expect(kept).toMatchObject({ partnerAccessToken: "hidden", __managed: "tA~A" });
});

test("confirms a clearing if Pinterest masks secrets", async () => {
  stage.emulator.setSwitches({ recordSecrets: "masked" });
  const previous = await stage.created({ ...reduced, partnerAccessToken: "hidden" });
  const outputs = await stage.process().update("shop-1", previous, reduced);
  expect(outputs.__managed).toBe("t");
});

test("fails and names a secret that Pinterest does not clear, and stops managing a secret that it clears", async () => {
  const secrets = { partnerAccessToken: "hidden", partnerPrimaryEmail: "a@example.com" };
  const previous = await stage.created({ ...reduced, ...secrets, connectedLbaId: "2" });
  stage.emulator.setSwitches({ ignoredFields: ["partner_access_token"] });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, reduced));
  expect(message).toMatch(
    /`partnerAccessToken` was removed from the program, but Pinterest still holds a value/,
  );
  expect(kept).toMatchObject({ partnerAccessToken: "hidden", __managed: "tA~A" });
  expect(Object.keys(kept)).not.toContain("partnerPrimaryEmail");
});

test("keeps a secret managed if nothing confirms that it is cleared, next to a field that is not cleared, each with its reason", async () => {
  stage.emulator.setSwitches({ recordSecrets: "omitted" });
  const previous = await stage.created({ ...reduced, partnerAccessToken: "hidden", connectedLbaId: "2" });
  stage.emulator.setSwitches({ clearByNull: "ignored" });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, reduced));
  expect(message).toContain("Pinterest still holds a value of `connectedLbaId`");
  expect(message).toContain("does not show whether `partnerAccessToken` is cleared");
  expect(kept).toMatchObject({
    partnerAccessToken: "hidden",
    connectedLbaId: "2",
    __managed: "tlA~lA",
  });
});

test("retries a stale read after clearing", async () => {
  const previous = await stage.created({ ...reduced, partnerAccessToken: "hidden" });
  stage.emulator.setSwitches({ readLag: 4 });
  const outputs = await stage.process().update("shop-1", previous, reduced);
  expect(outputs.__managed).toBe("t");
  expect(stage.pauses.length).toBeGreaterThan(0);
});
