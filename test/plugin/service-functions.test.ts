import { beforeEach, describe, expect, test } from "@jest/globals";
import { functionTokens, integrationType, logType } from "../../provider/run/constants";
import { serviceStage } from "./helpers/service-stage";
import { secret, unknowns } from "./helpers/wire";

const stage = serviceStage();

const { getIntegrations, getIntegration, getCommerceIntegration } = functionTokens;

beforeEach(() => {
  stage.emulator.put("b", { connected_tag_id: "2" });
  stage.emulator.put("a", { connected_tag_id: "1", partner_access_token: "hidden" });
  stage.emulator.put("theirs", { connected_tag_id: "3" }, { account: "shop-2" });
});

const integrationIdOf = (id: string) => stage.emulator.integration(id)?.id;

describe("functions", () => {
  test("getCommerceIntegration reads by external business ID", async () => {
    expect(await stage.service.invoke(getCommerceIntegration, { externalBusinessId: "b" })).toMatchObject({
      externalBusinessId: "b",
      connectedTagId: "2",
    });
  });

  test("getCommerceIntegration reports a missing integration with `ignoreMissing`", async () => {
    const args = { externalBusinessId: "none", ignoreMissing: true };
    expect(await stage.service.invoke(getCommerceIntegration, args)).toEqual({
      externalBusinessId: "none",
      exists: false,
    });
  });

  test("return secrets only with `includeSecrets`, as secrets", async () => {
    const byIntegrationId = { integrationId: integrationIdOf("a"), includeSecrets: true };
    const expected = { partnerAccessToken: secret("hidden") };
    expect(await stage.service.invoke(getIntegration, byIntegrationId)).toMatchObject(expected);
    expect(await stage.service.invoke(getIntegrations, { includeSecrets: true })).toMatchObject({
      integrations: [expected, {}],
    });
    const { integrationId } = byIntegrationId;
    for (const found of [
      await stage.service.invoke(getIntegration, { integrationId }),
      await stage.service.invoke(getIntegrations),
    ]) {
      expect(JSON.stringify(found)).not.toContain("hidden");
    }
  });

  test("accept null for an omitted argument", async () => {
    const found = await stage.service.invoke(getIntegrations, {
      account: null,
      maxItems: null,
      pageSize: null,
    });
    expect(found).toMatchObject({ integrations: [{}, {}] });
  });

  test.each([
    [getIntegration, {}, "getIntegration: `integrationId` is missing"],
    [
      getCommerceIntegration,
      { externalBusinessId: "a", acount: "b" },
      "`acount` is not an argument; did you mean `account`?",
    ],
    [getIntegrations, { account: unknowns.string }, "getIntegrations: an argument is not known yet"],
    [
      "pinterest:index:getPins",
      {},
      "'pinterest:index:getPins' is not a function of this package; use one of:",
    ],
  ])("%s refuses %j without a request", async (token, args, reason) => {
    await expect(stage.service.invoke(token, args)).rejects.toMatchObject({
      details: expect.stringContaining(reason),
    });
    expect(stage.requests()).toEqual([]);
  });

  test("fail with their name and Pinterest's error, or return it with its status if the caller asks for it", async () => {
    const args = { externalBusinessId: "missing" };
    const message = expect.stringMatching(/^getCommerceIntegration: reading .*"missing".*HTTP 404/);
    await expect(stage.service.invoke(getCommerceIntegration, args)).rejects.toMatchObject({
      details: message,
    });
    expect(await stage.service.invoke(getCommerceIntegration, { ...args, __returnError: true })).toEqual({
      error: { message, status: 404 },
    });
  });
});

describe("a list of importable integrations", () => {
  test("contains each integration's import ID and name", async () => {
    expect(await stage.service.list()).toEqual([
      ["a", "a"],
      ["b", "b"],
    ]);
  });

  test("is filtered and limited, for one account", async () => {
    expect(await stage.service.list({ account: "named" })).toEqual([["named::theirs", "theirs"]]);
    expect(await stage.service.list({ connectedTagId: "2" })).toEqual([["b", "b"]]);
    expect(await stage.service.list({}, { limit: 1 })).toHaveLength(1);
  });

  test("has pages of the requested size", async () => {
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
    expect(stage.emulator.counters().operations.list).toBe(3);
    const limited = await stage.service.listPage({}, { pageSize: 2, limit: 1 });
    expect(limited).toMatchObject({ found: { length: 1 }, next: "" });
  });

  test("accepts null for an omitted filter", async () => {
    expect(await stage.service.list({ account: null, connectedTagId: null })).toHaveLength(2);
  });

  test("contains IDs that can be imported", async () => {
    for (const [id = ""] of [
      ...(await stage.service.list()),
      ...(await stage.service.list({ account: "named" })),
    ]) {
      expect((await stage.service.read(id)).id).not.toBe("");
    }
  });

  test("refuses an unknown filter, and a type that cannot be listed", async () => {
    await expect(stage.service.list({ tag: "1" })).rejects.toMatchObject({
      details: expect.stringContaining("`tag` is not an argument"),
    });
    await expect(stage.service.list({}, { type: logType })).rejects.toMatchObject({
      details: `'${logType}' cannot be listed`,
    });
    expect(await stage.service.list({}, { type: integrationType })).toHaveLength(2);
  });
});
