import { expect, test } from "@jest/globals";
import { partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const reduced = { externalBusinessId: "shop-1", connectedTagId: "1" };
const full = { ...reduced, connectedLbaId: "2" };
const withToken = { ...reduced, partnerAccessToken: "hidden" };

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

test("repeats a stale read after a secret is cleared", async () => {
  const previous = await stage.created(withToken);
  stage.emulator.setSwitches({ readLag: 4 });
  expect((await stage.process().update("shop-1", previous, reduced)).__managed).toBe("t");
  expect(stage.pauses.length).toBeGreaterThan(0);
});

test.each<[string, RegExp, () => unknown]>([
  [
    "is ignored",
    /Pinterest still holds a value after being asked to clear it/,
    () => stage.emulator.setSwitches({ clearByNull: "ignored" }),
  ],
  [
    "is refused",
    /Pinterest refused to clear it \(.*HTTP 400/,
    () => stage.emulator.setSwitches({ clearByNull: "refused" }),
  ],
  [
    "fails with HTTP 422",
    /Pinterest refused to clear it \(.*HTTP 422/,
    () => stage.emulator.armFault({ kind: "response", status: 422, operation: "update", skip: 1 }),
  ],
])("fails with the fields' names and remedies if clearing %s", async (_what, reason, arrange) => {
  const previous = await stage.created({ ...full, scopes: "a" });
  arrange();
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

test("releases a field that was not cleared, without a write", async () => {
  const previous = await stage.created(full);
  stage.emulator.setSwitches({ clearByNull: "ignored" });
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, reduced));
  stage.emulator.clearRequests();
  const outputs = await stage.process().update("shop-1", kept, { ...reduced, whenRemoved: "release" });
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs).toMatchObject({ connectedLbaId: "2", __managed: "t~l" });
});

test("keeps a released field in outputs but not a released secret, and reports both once", async () => {
  const previous = await stage.created({ ...full, partnerAccessToken: "hidden" });
  const outputs = await stage.process().update("shop-1", previous, { ...reduced, whenRemoved: "release" });
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs).toMatchObject({ connectedLbaId: "2", __managed: "t~l" });
  expect(Object.keys(outputs)).not.toContain("partnerAccessToken");
  expect(stage.notes).toEqual([
    expect.stringMatching(/'shop-1': no longer managed, .*: `connectedLbaId`, `partnerAccessToken`$/),
  ]);
});

test("stops managing a field that was cleared at Pinterest before, without a write", async () => {
  const previous = await stage.created(full);
  stage.emulator.change("shop-1", { connected_lba_id: null });
  const refreshed = await stage.process().read("shop-1", previous);
  stage.emulator.clearRequests();
  const outputs = await stage.process().update("shop-1", refreshed?.outputs ?? {}, reduced);
  expect(stage.emulator.counters().writes).toBe(0);
  expect(outputs.__managed).toBe("t");
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

test.each(["shown", "masked"] as const)(
  "confirms by integration ID that a secret is cleared, if it was %s before",
  async (recordSecrets) => {
    stage.emulator.setSwitches({ recordSecrets });
    const previous = await stage.created(withToken);
    const outputs = await stage.process().update("shop-1", previous, reduced);
    expect(stage.emulator.counters().operations).toMatchObject({ getById: 2, list: 0 });
    expect(stage.bodies("PATCH")).toEqual([{ partner_access_token: null }]);
    expect(stage.emulator.integration("shop-1")).toMatchObject({ partner_access_token: null });
    expect(Object.keys(outputs)).not.toContain("partnerAccessToken");
    expect(outputs.__managed).toBe("t");
  },
);

test("keeps managing only the secret that Pinterest does not clear", async () => {
  const secrets = { partnerAccessToken: "hidden", partnerPrimaryEmail: "a@example.com" };
  const previous = await stage.created({ ...full, ...secrets });
  stage.emulator.setSwitches({ ignoredFields: ["partner_access_token"] });
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, reduced));
  expect(message).toContain(
    "`partnerAccessToken` was removed from the program, but Pinterest still holds a value",
  );
  expect(kept).toMatchObject({ partnerAccessToken: "hidden", __managed: "tA~A" });
  expect(Object.keys(kept)).not.toContain("partnerPrimaryEmail");
});
