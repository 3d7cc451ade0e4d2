import { beforeEach, describe, expect, test } from "@jest/globals";
import { functionTokens, integrationType, logType } from "../../provider/run/constants";
import { notAnAccount } from "../expected/messages";
import { failureOf, keptOf, statusOf } from "./helpers/call-failure";
import { serviceStage } from "./helpers/service-stage";
import { secret, unknowns } from "./helpers/wire";

// What the protocol adds to the life cycle: secrets, unknown values, import IDs, functions and lists. service-recorded-requests.test.ts has the
// calls of an engine, and test/promises and test/protocol whole commands.

const stage = serviceStage();

const inputs = { externalBusinessId: "shop", connectedTagId: "1", partnerAccessToken: secret("hidden") };

describe("secrets", () => {
  test("of the program stay secrets in checked inputs, outputs and refreshed inputs", async () => {
    const declared = { ...inputs, scopes: secret("a") };
    expect((await stage.service.check(declared)).inputs).toEqual(declared);
    const { outputs: state } = await stage.service.create(declared);
    expect(state).toMatchObject(declared);
    stage.emulator.change("shop", { connected_tag_id: "9", scopes: "b" });
    const read = await stage.service.read("shop", { inputs: declared, state });
    expect(read.inputs).toEqual({ ...inputs, connectedTagId: "9", scopes: secret("b") });
    expect(read.outputs).toMatchObject(read.inputs);
  });

  test("are secrets in the state of a partial failure", async () => {
    stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
    const failure = await failureOf(stage.service.create({ ...inputs, scopes: secret("a") }));
    expect(statusOf(failure)).toBe("UNKNOWN");
    expect(failure.details).toContain("ignored `connectedTagId`");
    const kept = keptOf(failure);
    expect(kept).toMatchObject({ id: "shop", reasons: [failure.details] });
    expect(kept?.properties).toMatchObject({ partnerAccessToken: secret("hidden"), scopes: secret("a") });
  });

  test("are not in the reasons of a check, which name properties without their values", async () => {
    const invalid = {
      externalBusinessId: "shop",
      partnerAccessTokenExpiry: "5ecret",
      connectedTag: "5ecret",
    };
    const { failures } = await stage.service.check(invalid);
    expect(failures).toEqual([
      { property: "", reason: expect.stringContaining("`connectedTag`") },
      { property: "", reason: expect.stringContaining("`partnerAccessTokenExpiry`") },
    ]);
    expect(JSON.stringify(failures)).not.toContain("5ecret");
  });
});

test("a check keeps unknown values", async () => {
  const unknown = { externalBusinessId: unknowns.string, scopes: secret(unknowns.string) };
  expect(await stage.service.check(unknown)).toEqual({ inputs: unknown, failures: [] });
});

test.each([
  ["default", undefined],
  ["default_1_0_0", undefined],
  ["default_1_0_0_https_/a", undefined],
  ["default_https_/a", undefined],
  ["shop-a", "shop-a"],
  ["default_eu", "default_eu"],
  ["default-eu", "default-eu"],
])("inputs of the provider %s have the provider's name %p", async (name, providerName) => {
  await stage.service.configure(stage.configuration(), name);
  const { inputs } = await stage.service.check({ externalBusinessId: "shop" });
  expect(inputs.providerName).toBe(providerName);
});

test("a refresh returns nothing if the state is the dynamic provider's and the integration is missing", async () => {
  const state = { externalBusinessId: "shop", __provider: "text" };
  expect((await stage.service.read("shop", { inputs, state })).id).toBe("");
});

describe("an import", () => {
  test("is in sync with the program and with Pinterest", async () => {
    stage.emulator.put("shop", { connected_tag_id: "1", scopes: "b,a" });
    const imported = await stage.service.read("shop");
    const known = { inputs: imported.inputs, state: imported.outputs };
    const { inputs: checked } = await stage.service.check(imported.inputs);
    expect((await stage.service.diff("shop", known, checked)).getDiffsList()).toEqual([]);
    expect(await stage.service.read("shop", known)).toEqual(imported);
  });

  test("by an explicit provider returns its name as input", async () => {
    await stage.service.configure(stage.configuration(), "shop-a");
    stage.emulator.put("shop");
    expect((await stage.service.read("shop")).inputs).toEqual({
      externalBusinessId: "shop",
      providerName: "shop-a",
    });
  });

  test("of an unknown account fails with the allowed formats", async () => {
    expect(await failureOf(stage.service.read("nmaed::shop"))).toMatchObject({
      details: expect.stringContaining(notAnAccount("nmaed")),
    });
    expect(stage.requests()).toEqual([]);
  });
});

describe("a log entry", () => {
  const entry = { eventType: "APP", logLevel: "INFO", message: secret("deployed") };

  test("is sent on create, and previewed without a request", async () => {
    const previewed = await stage.service.create(entry, { type: logType, preview: true });
    expect(previewed).toEqual({ id: "", outputs: { ...entry, clientTimestamp: unknowns.string } });
    expect(stage.emulator.logs()).toEqual([]);
    const { id, outputs } = await stage.service.create(entry, { type: logType });
    expect(id).toMatch(/^log-/);
    expect(outputs).toEqual({ ...entry, clientTimestamp: expect.any(Number) });
    expect(stage.emulator.logs()).toMatchObject([{ message: "deployed" }]);
  });

  test("is unchanged by a refresh, and cannot be imported", async () => {
    const known = { inputs: entry, state: { ...entry, clientTimestamp: 5 } };
    expect(await stage.service.read("log-1", known, { type: logType })).toEqual({
      id: "log-1",
      inputs: known.inputs,
      outputs: known.state,
    });
    const failure = await failureOf(stage.service.read("log-1", {}, { type: logType }));
    expect(failure.details).toContain("Pinterest's log cannot be read");
  });
});

test("an unknown type is refused with the allowed types", async () => {
  const type = "pinterest:index:Pin";
  for (const call of [
    stage.service.check({}, { type }),
    stage.service.create({}, { type }),
    stage.service.read("a", {}, { type }),
  ])
    expect((await failureOf(call)).details).toBe(
      `'${type}' is not a resource of this package; use one of: pinterest:index:CommerceIntegration, ${logType}`,
    );
});

describe("with integrations of two accounts", () => {
  const { getIntegrations, getIntegration, getCommerceIntegration } = functionTokens;

  beforeEach(() => {
    stage.emulator.put("b", { connected_tag_id: "2" });
    stage.emulator.put("a", { connected_tag_id: "1", partner_access_token: "hidden" });
    stage.emulator.put("theirs", { connected_tag_id: "3" }, { account: "shop-2" });
  });

  test("functions return secrets as secrets", async () => {
    const integrationId = stage.emulator.integration("a")?.id;
    const expected = { partnerAccessToken: secret("hidden") };
    expect(await stage.service.invoke(getIntegration, { integrationId, includeSecrets: true })).toMatchObject(
      expected,
    );
    expect(await stage.service.invoke(getIntegrations, { includeSecrets: true })).toMatchObject({
      integrations: [expected, {}],
    });
  });

  test("functions accept null for an omitted argument", async () => {
    const found = await stage.service.invoke(getIntegrations, { account: null, maxItems: null });
    expect(found).toMatchObject({ integrations: [{}, {}] });
  });

  test.each([
    [getIntegration, {}, "getIntegration: `integrationId` is missing"],
    [getIntegrations, { account: unknowns.string }, "getIntegrations: an argument is not known yet"],
    [
      "pinterest:index:getPins",
      {},
      "'pinterest:index:getPins' is not a function of this package; use one of:",
    ],
  ])("%s refuses %j without a request", async (token, args, reason) => {
    const call = stage.service.invoke(token, args);
    expect((await failureOf(call)).details).toContain(reason);
    expect(stage.requests()).toEqual([]);
  });

  test("a missing integration fails a function, or is a result if the caller asks for it", async () => {
    const args = { externalBusinessId: "missing" };
    const message = expect.stringMatching(/^getCommerceIntegration: reading .*"missing".*HTTP 404/);
    const invoke = (more: object) => stage.service.invoke(getCommerceIntegration, { ...args, ...more });
    expect(await failureOf(invoke({}))).toMatchObject({ details: message });
    expect(await invoke({ __returnError: true })).toEqual({ error: { message, status: 404 } });
    expect(await invoke({ ignoreMissing: true })).toEqual({ ...args, exists: false });
  });

  test("a list contains the import IDs and names of an account, filtered and limited", async () => {
    expect(await stage.service.list()).toEqual([
      ["a", "a"],
      ["b", "b"],
    ]);
    expect(await stage.service.list({ account: "named" })).toEqual([["named::theirs", "theirs"]]);
    expect(await stage.service.list({ account: null, connectedTagId: "2" })).toEqual([["b", "b"]]);
    expect(await stage.service.list({}, { limit: 1 })).toHaveLength(1);
    expect((await stage.service.read("named::theirs")).id).toBe("theirs");
  });

  test("a list has pages of the requested size", async () => {
    for (const id of ["c", "d", "e"]) stage.emulator.put(id, { connected_tag_id: "2" });
    const pages: string[][] = [];
    let token = "";
    do {
      const { found, next } = await stage.service.listPage({ connectedTagId: "2" }, { pageSize: 2, token });
      pages.push(found.map(([id = ""]) => id));
      token = next;
    } while (token !== "");
    // Without "a", which does not match. Pages have at most two integrations, and none is empty.
    expect(pages.flat().sort()).toEqual(["b", "c", "d", "e"]);
    for (const page of pages) expect([1, 2]).toContain(page.length);
    // Five integrations, two on a page.
    expect(stage.emulator.counters().operations.list).toBe(3);
    const limited = await stage.service.listPage({}, { pageSize: 2, limit: 1 });
    expect(limited).toMatchObject({ found: { length: 1 }, next: "" });
  });

  test("a list refuses an unknown filter, and a type that cannot be listed", async () => {
    expect((await failureOf(stage.service.list({ tag: "1" }))).details).toContain("`tag` is not an argument");
    expect((await failureOf(stage.service.list({}, { type: logType }))).details).toBe(
      `'${logType}' cannot be listed`,
    );
    expect(await stage.service.list({}, { type: integrationType })).toHaveLength(2);
  });
});
