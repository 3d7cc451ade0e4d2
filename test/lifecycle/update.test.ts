import { expect, test } from "@jest/globals";
import { fieldNames, type IntegrationFieldName, integrationFields } from "../../provider/api";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

/** A value of a field, which differs for each digit. */
function sample(name: IntegrationFieldName, digit: number): string | number {
  switch (integrationFields[name].kind) {
    case "expiry":
      return 1_893_456_000_000 + digit * 1000;
    case "metadata":
      return `{"digit":${digit}}`;
    default:
      return name === "partnerPrimaryEmail" ? `m${digit}@example.com` : `${name}-${digit}`;
  }
}

const all = {
  externalBusinessId: "shop-1",
  ...Object.fromEntries(fieldNames.map((name) => [name, sample(name, 1)])),
};

test.each(fieldNames)("sends only %s if only it changes", async (name) => {
  const previous = await stage.created(all);
  const before = stage.emulator.integration("shop-1");
  const outputs = await stage.process().update("shop-1", previous, { ...all, [name]: sample(name, 2) });
  const { wire } = integrationFields[name];
  expect(stage.methods()).toEqual(["PATCH"]);
  expect(stage.bodies("PATCH")).toEqual([{ [wire]: sample(name, 2) }]);
  expect(stage.emulator.integration("shop-1")).toEqual({
    ...before,
    [wire]: sample(name, 2),
    updated_timestamp: outputs.updatedTimestamp,
  });
  expect(outputs).toStrictEqual({
    ...previous,
    [name]: sample(name, 2),
    updatedTimestamp: outputs.updatedTimestamp,
    __written: outputs.__written,
  });
});

test("sends several changes in one request", async () => {
  const previous = await stage.created(all);
  await stage.process().update("shop-1", previous, { ...all, connectedTagId: "7", connectedLbaId: "8" });
  expect(stage.bodies("PATCH")).toEqual([{ connected_tag_id: "7", connected_lba_id: "8" }]);
});

test("sends a field that is new in the program, and manages it", async () => {
  const previous = await stage.created({ externalBusinessId: "shop-1", connectedTagId: "1" });
  const news = { externalBusinessId: "shop-1", connectedTagId: "1", scopes: "a" };
  const outputs = await stage.process().update("shop-1", previous, news);
  expect(stage.bodies("PATCH")).toEqual([{ scopes: "a" }]);
  expect(outputs).toMatchObject({ scopes: "a", __managed: "ts" });
});

test("saves changed inputs that Pinterest does not store, without a write", async () => {
  const previous = await stage.created(all);
  const news = { ...all, adopt: true, whenRemoved: "release" };
  const outputs = await stage.process().update("shop-1", previous, news);
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs).toMatchObject({ ...news, __managed: previous.__managed });
  expect(stage.notes).toEqual([]);
});

test("ignores a change of an expiry within a second, and keeps the program's value", async () => {
  const previous = await stage.created(all);
  const expiry = 1_893_456_001_500;
  const outputs = await stage
    .process()
    .update("shop-1", previous, { ...all, partnerAccessTokenExpiry: expiry });
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs.partnerAccessTokenExpiry).toBe(expiry);
});

test("writes back a field that a refresh found drifted", async () => {
  const previous = await stage.created(all);
  stage.emulator.change("shop-1", { connected_tag_id: "drifted", connected_lba_id: null });
  const refreshed = await stage.process().read("shop-1", previous);
  stage.emulator.clearRequests();
  await stage.process().update("shop-1", refreshed?.outputs ?? {}, all);
  expect(stage.bodies("PATCH")).toEqual([
    { connected_tag_id: all["connectedTagId" as keyof typeof all], connected_lba_id: "connectedLbaId-1" },
  ]);
});

test.each([
  ["with something to write", "changed", ["PATCH", "GET", "POST"]],
  ["with nothing to write", "connectedTagId-1", ["GET", "POST"]],
])("recreates a missing integration completely, %s, and reports it", async (_what, tag, methods) => {
  const previous = await stage.created(all);
  stage.emulator.remove("shop-1");
  const outputs = await stage.process().update("shop-1", previous, { ...all, connectedTagId: tag });
  expect(stage.methods()).toEqual(methods);
  expect(stage.emulator.integration("shop-1")).toMatchObject({
    connected_tag_id: tag,
    partner_access_token: "partnerAccessToken-1",
  });
  expect(outputs.integrationId).toBe(stage.emulator.integration("shop-1")?.id);
  expect(outputs.integrationId).not.toBe(previous.integrationId);
  expect(stage.notes).toEqual([expect.stringContaining("'shop-1' was missing at Pinterest")]);
});

test("does not recreate an integration that a write did not find, but a read shows", async () => {
  const previous = await stage.created(all);
  stage.emulator.armFault({
    kind: "answer",
    status: 404,
    body: { code: 4180, message: "no" },
    operation: "update",
  });
  const { message } = await failureOf(
    stage.process().update("shop-1", previous, { ...all, connectedTagId: "9" }),
  );
  expect(message).toContain("HTTP 404");
  expect(stage.methods()).not.toContain("POST");
});

test("creates an integration that an earlier update may have failed to create, and reports it", async () => {
  await stage.process().update("shop-1", { externalBusinessId: "shop-1", __managed: "t" }, all);
  expect(stage.methods()).toEqual(["PATCH", "GET", "POST"]);
  expect(stage.notes).toEqual([expect.stringContaining("'shop-1' was not created by an earlier update")]);
});

test("fails and names a field that Pinterest ignores, and keeps Pinterest's value in state", async () => {
  const previous = await stage.created(all);
  stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  const news = { ...all, connectedTagId: "7", connectedLbaId: "8" };
  const { message, kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  expect(message).toContain("updating integration 'shop-1': Pinterest answered with success but ignored");
  expect(message).toContain("`connectedTagId`.");
  expect(message).not.toContain("connectedLbaId");
  expect(kept).toMatchObject({ connectedTagId: "connectedTagId-1", connectedLbaId: "8" });
  expect(kept.__managed).toBe(previous.__managed);
});

test("sends an ignored field again in the next update", async () => {
  const previous = await stage.created(all);
  stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  const news = { ...all, connectedTagId: "7" };
  const { kept } = await partialFailureOf(stage.process().update("shop-1", previous, news));
  stage.emulator.setSwitches({ ignoredFields: [] });
  await stage.process().update("shop-1", kept, news);
  expect(stage.emulator.integration("shop-1")).toMatchObject({ connected_tag_id: "7" });
});

test("reports Pinterest's error for a rejected write, and keeps state", async () => {
  const previous = await stage.created(all);
  const body = { code: 1, message: "Not valid." };
  stage.emulator.armFault({ kind: "answer", status: 400, body, operation: "update" });
  const failure = stage.process().update("shop-1", previous, { ...all, connectedTagId: "7" });
  expect(await failureOf(failure)).toMatchObject({ kind: "api", status: 400, code: 1 });
});
