import { expect, test } from "@jest/globals";
import { fieldNames, type IntegrationFieldName, integrationFields } from "../../provider/api";
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

test("sends only a field that is new in the program, and manages it", async () => {
  const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };
  const previous = await stage.created(inputs);
  const outputs = await stage.process().update("shop-1", previous, { ...inputs, scopes: "a" });
  expect(stage.bodies("PATCH")).toEqual([{ scopes: "a" }]);
  expect(outputs).toMatchObject({ scopes: "a", __managed: "ts" });
});

test.each([
  ["inputs that Pinterest does not store", { adopt: true, whenRemoved: "release" }],
  ["an expiry that changes within a second", { partnerAccessTokenExpiry: 1_893_456_001_500 }],
])("saves %s with one read and no message", async (_what, changes) => {
  const previous = await stage.created(all);
  const outputs = await stage.process().update("shop-1", previous, { ...all, ...changes });
  expect(stage.methods()).toEqual(["GET"]);
  expect(outputs).toMatchObject({ ...all, ...changes, __managed: previous.__managed });
  expect(stage.notes).toEqual([]);
});

test("writes back only the fields that a refresh found drifted", async () => {
  const previous = await stage.created(all);
  stage.emulator.change("shop-1", { connected_tag_id: "drifted", connected_lba_id: null });
  const refreshed = await stage.process().read("shop-1", previous);
  stage.emulator.clearRequests();
  await stage.process().update("shop-1", refreshed?.outputs ?? {}, all);
  expect(stage.bodies("PATCH")).toEqual([
    { connected_tag_id: "connectedTagId-1", connected_lba_id: "connectedLbaId-1" },
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

test("creates an integration that an earlier update may have failed to create, and reports it", async () => {
  await stage.process().update("shop-1", { externalBusinessId: "shop-1", __managed: "t" }, all);
  expect(stage.methods()).toEqual(["PATCH", "GET", "POST"]);
  expect(stage.notes).toEqual([expect.stringContaining("'shop-1' was not created by an earlier update")]);
});
