import { describe, expect, test } from "@jest/globals";
import { UnconfiguredAccount } from "../../provider/api/credentials";
import type { Bag } from "../../provider/base/bag";
import {
  predictCreate,
  previewCreate,
  previewUpdate,
  replacedProperties,
} from "../../provider/lifecycle/diff";
import { computedNames, lookupKey, managedKey, uidKey, writtenKey } from "../../provider/lifecycle/outputs";
import { openSession } from "../../provider/lifecycle/session";
import { unknownValue } from "../../provider/run/constants";
import type { CreateObservation } from "../../provider/run/observations";
import { ownedByAnother } from "../expected/messages";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

describe("a replacement", () => {
  const replaced = (news: Bag, limits: { onDelete?: "refuse"; deleteLimit?: number } = {}) =>
    replacedProperties("shop-1", news, () => limits, "program");

  test("is forced by another external business ID, and refused with `onDelete: refuse`", () => {
    expect(replaced({ externalBusinessId: "shop-2" })).toEqual(["externalBusinessId"]);
    expect(() => replaced({ externalBusinessId: "shop-2" }, { onDelete: "refuse" })).toThrow(
      "`pinterest:onDelete` (PINTEREST_ON_DELETE) is `refuse`",
    );
  });

  test.each([
    { externalBusinessId: unknownValue },
    { externalBusinessId: "shop-1", connectedMerchantId: "2", account: "other", adopt: true },
  ])("is not forced by %j", (news) => {
    expect(replaced(news, { onDelete: "refuse" })).toEqual([]);
  });
});

const args = { externalBusinessId: "shop", connectedTagId: "1", partnerAccessToken: "hidden" };

const unknownIn = (bag: Bag) =>
  Object.keys(bag)
    .filter((name) => bag[name] === unknownValue)
    .sort();

/** The bag without the hidden properties and the time of the change. */
function withoutHidden(bag: Bag): Bag {
  const {
    [managedKey]: _record,
    [uidKey]: _uid,
    [writtenKey]: _written,
    updatedTimestamp: _at,
    ...rest
  } = bag;
  return rest;
}

describe("the preview of a create", () => {
  test("has the program's values, unknown values that Pinterest sets, and no other properties than the create", async () => {
    const previewed = previewCreate(args);
    expect(previewed).toMatchObject(args);
    expect(unknownIn(previewed)).toEqual([...computedNames].sort());
    const { outputs } = await stage.process().create(args);
    expect(Object.keys(withoutHidden(previewed)).sort()).toEqual(Object.keys(withoutHidden(outputs)).sort());
  });

  test.each([true, unknownValue])(
    "has unknown values for readable fields that the program omits, if `adopt` is %s",
    (adopt) => {
      const previewed = previewCreate({ ...args, adopt });
      expect(previewed).toMatchObject({ ...args, scopes: unknownValue, connectedLbaId: unknownValue });
      expect(previewed).not.toHaveProperty("partnerRefreshToken");
    },
  );
});

describe("the preview of an update", () => {
  test("has the program's values and those that Pinterest has set, and an unknown time of the update", async () => {
    const previous = { ...(await stage.created(args)), connectedLbaId: "not managed" };
    const previewed = previewUpdate(previous, { ...args, connectedTagId: "2", scopes: unknownValue });
    expect(withoutHidden(previewed)).toEqual({
      ...withoutHidden(previous),
      connectedTagId: "2",
      scopes: unknownValue,
    });
    expect(unknownIn(previewed)).toEqual(["scopes", "updatedTimestamp"]);
  });

  test("keeps fields that are removed from the program if whenRemoved is unknown", async () => {
    const previous = await stage.created({ ...args, connectedLbaId: "5" });
    expect(previewUpdate(previous, { ...args, whenRemoved: unknownValue })).toMatchObject({
      connectedLbaId: "5",
    });
  });

  test.each([
    ["changed, added and cleared", { connectedTagId: "2", scopes: "a", whenRemoved: "clear" }, /^[^~]+$/],
    // The fields after the tilde are released: their values in state are secrets.
    ["released", { whenRemoved: "release" }, /^[^~]+~l$/],
  ])("equals the result of the update, with fields %s", async (_what, changes, record) => {
    const previous = await stage.created({ ...args, connectedLbaId: "5" });
    const outputs = await stage.process().update("shop", previous, { ...args, ...changes });
    const previewed = previewUpdate(previous, { ...args, ...changes });
    expect(withoutHidden(previewed)).toEqual(withoutHidden(outputs));
    expect(previewed[managedKey]).toBe(outputs[managedKey]);
    expect(previewed[managedKey]).toMatch(record);
  });
});

describe("the prediction of a create", () => {
  const inputs = { externalBusinessId: "shop-1", connectedTagId: "33", scopes: "a,b" };

  /** Predict a create, which must send only one read. */
  async function predict(more: Record<string, unknown> = {}): Promise<CreateObservation> {
    const observation = await stage.process().predictCreate({ ...inputs, ...more });
    expect(stage.methods()).toEqual(["GET"]);
    return observation;
  }

  test("is a create if the integration is missing", async () => {
    expect(await predict()).toEqual({ externalBusinessId: "shop-1", verdict: "created" });
  });

  test.each([
    {
      prediction: "an adoption that names the secrets to write",
      live: { connected_tag_id: "33", scopes: "b a" },
      more: { partnerAccessToken: "hidden", providerName: "p" },
      expected: { providerName: "p", verdict: "adopted", notCompared: ["partnerAccessToken"] },
    },
    {
      prediction: "an adoption if only fields differ that the program omits",
      live: { connected_tag_id: "33", scopes: "a,b", connected_lba_id: "55" },
      more: { adopt: true },
      expected: { verdict: "adopted" },
    },
    {
      prediction: "the fields that `adopt` overwrites",
      live: { connected_tag_id: "44", scopes: "a,b", connected_lba_id: "55" },
      more: { adopt: true },
      expected: { verdict: "overwritten", fields: ["connectedTagId"], live: { connectedTagId: "44" } },
    },
    {
      prediction: "a refusal with Pinterest's values of the fields that differ, without secrets",
      live: { connected_tag_id: "44", scopes: "d c", connected_lba_id: "55", partner_access_token: "theirs" },
      more: { connectedMerchantId: "66", partnerAccessToken: "ours" },
      expected: {
        verdict: "refused",
        fields: ["connectedMerchantId", "connectedTagId", "connectedLbaId", "scopes"],
        live: { connectedTagId: "44", connectedLbaId: "55", scopes: "c,d" },
        omitted: ["connectedLbaId"],
      },
    },
    {
      prediction: "a refusal if known values differ, although another one is unknown",
      live: { connected_tag_id: "33", scopes: "c" },
      more: { connectedTagId: unknownValue },
      expected: { verdict: "refused", fields: ["scopes"], live: { scopes: "c" } },
    },
    {
      prediction: "nothing if an unknown value decides",
      live: { connected_tag_id: "33", scopes: "a,b" },
      more: { connectedTagId: unknownValue },
      expected: { verdict: "unknown", fields: ["connectedTagId"] },
    },
    {
      prediction: "an adoption if only a secret is unknown",
      live: { connected_tag_id: "33", scopes: "a,b" },
      more: { partnerAccessToken: unknownValue },
      expected: { verdict: "adopted", notCompared: ["partnerAccessToken"] },
    },
  ])("of an existing integration is $prediction", async ({ live, more, expected }) => {
    const { id } = stage.emulator.put("shop-1", live);
    expect(await predict(more)).toMatchObject({ integrationId: id, ...expected });
  });

  test("is unknown if `adopt` is, and the integration differs", async () => {
    stage.emulator.put("shop-1", { connected_tag_id: "44" });
    expect(await predict({ adopt: unknownValue })).toMatchObject({ verdict: "unknown" });
  });

  test.each(["5.23", "5.28"] as const)(
    "distinguishes another owner's integration from one that differs, in generation %s",
    async (generation) => {
      stage.emulator.setSwitches({ generation });
      stage.emulator.put("shop-1", {}, { account: "shop-2" });
      expect(await predict({ adopt: true })).toMatchObject({
        verdict: "foreign",
        reason: expect.stringMatching(/HTTP (409, code 4182|403, code 29)/),
        advice: expect.stringContaining(ownedByAnother("shop-1")),
      });
    },
  );

  test("has separate reason and advice if the read fails", async () => {
    stage.failReads();
    expect(await predict()).toMatchObject({
      verdict: "not-checked",
      reason: expect.stringContaining("HTTP 503"),
      advice: expect.not.stringContaining("HTTP"),
    });
  });

  test("has a reason if the account has no token", async () => {
    const client = () => {
      throw new UnconfiguredAccount("no access token for account 'x'");
    };
    const session = openSession({ ...stage.dependencies(), client });
    expect(await predictCreate(inputs, session)).toMatchObject({
      verdict: "not-checked",
      reason: "no access token for account 'x'",
    });
  });

  test.each(["externalBusinessId", "account"])("sends no request if the %s is unknown", async (name) => {
    const observation = await stage.process().predictCreate({ ...inputs, [name]: unknownValue });
    expect(observation).toMatchObject({ verdict: "unknown", reason: expect.stringContaining(`\`${name}\``) });
    expect(stage.methods()).toEqual([]);
  });

  const ids = ["a", "b", "c", "d", "e", "f"];

  async function predictAll(more: (id: string) => object = () => ({})): Promise<CreateObservation[]> {
    const { predictCreate } = stage.process();
    const observations: CreateObservation[] = [];
    // The engine checks one resource at a time.
    for (const id of ids) observations.push(await predictCreate({ externalBusinessId: id, ...more(id) }));
    return observations;
  }

  test("of several existing integrations of an account reads its list", async () => {
    for (const id of ids) stage.emulator.put(id);
    expect((await predictAll()).map(({ verdict }) => verdict)).toEqual(ids.map(() => "adopted"));
    expect(stage.methods()).toEqual(["GET", "GET"]);
  });

  test("of a single integration uses the list that a read has requested", async () => {
    for (const id of ["read", "existing"]) stage.emulator.put(id);
    const { read, predictCreate } = stage.process();
    await read("read", { [lookupKey]: "read" });
    expect(await predictCreate({ externalBusinessId: "existing" })).toMatchObject({ verdict: "adopted" });
    expect(stage.emulator.requests().map(({ operation }) => operation)).toEqual(["list"]);
  });

  test("of all creates of a refused account sends one request", async () => {
    stage.emulator.setAccount("shop-1", { revoked: true });
    for (const { reason } of await predictAll()) expect(reason).toContain("HTTP 401");
    expect(stage.methods()).toEqual(["GET"]);
    stage.emulator.setAccount("shop-1", { revoked: false });
  });

  test("sends no further requests after three failures in a row, of any account", async () => {
    stage.failReads();
    await predictAll((id) => ({ account: id < "c" ? "shop-1" : "shop-2" }));
    expect(stage.emulator.requests().filter(({ operation }) => operation === "get")).toHaveLength(3);
  });
});
