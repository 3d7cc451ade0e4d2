import { expect, test } from "@jest/globals";
import { selectionResult } from "../../../cli/import/result";
import { candidatesOf, ManagedIntegrations, select } from "../../../cli/import/selection";
import { dynamicType } from "../../../provider/run/constants";
import { type ExportedResource, isDefaultProvider } from "../../../stack/state";

const stack = "urn:pulumi:dev::shops";
const providers = `${stack}::pulumi:providers:pulumi-nodejs`;

function resource(name: string, changes: Partial<ExportedResource> = {}): ExportedResource {
  const urn = `urn:pulumi:dev::shops::${dynamicType}::${name}`;
  return { urn, type: dynamicType, id: "shop", provider: `${providers}::default::1`, ...changes };
}

const found = (account?: string, integrationId?: string) => ({
  account,
  integration: { externalBusinessId: "shop", ...(integrationId === undefined ? {} : { integrationId }) },
});

const nameOf = (resources: ExportedResource[], account?: string, integrationId?: string) =>
  new ManagedIntegrations(resources).find(found(account, integrationId))?.name;

test("a resource manages the integration with its external business ID and account, or with its integration ID in any account", () => {
  const north = resource("a", {
    outputs: { externalBusinessId: "shop", account: "north", integrationId: "7" },
  });
  expect(nameOf([north], "north")).toBe("a");
  expect(nameOf([north], "north", "8")).toBe("a");
  expect(nameOf([north], "south", "7")).toBe("a");
  expect(nameOf([north], "south", "8")).toBeUndefined();
  expect(nameOf([north], "south")).toBeUndefined();
});

test("a resource of an explicit provider manages the integration with its integration ID, or with its external business ID if that is unknown", () => {
  const provider = `${providers}::north::1`;
  const outputs = { externalBusinessId: "shop", integrationId: "7" };
  expect(nameOf([resource("a", { provider, outputs })], undefined, "8")).toBeUndefined();
  expect(nameOf([resource("a", { provider, outputs })], "south", "7")).toBe("a");
  expect(nameOf([resource("a", { provider })], "south", "7")).toBe("a");
});

test("a lookup manages no integration but reserves its name, and other types are ignored", () => {
  const lookup = resource("looked::up", { external: true });
  const other = resource("other", { type: "pulumi-nodejs:dynamic/pinterest:IntegrationLog" });
  expect(nameOf([lookup, other])).toBeUndefined();
  expect(new ManagedIntegrations([lookup, other]).names).toEqual(["looked::up"]);
});

test("compares IDs that the program declares as secrets", () => {
  const secret = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: '"shop"',
  };
  expect(nameOf([resource("a", { id: "shop", outputs: { externalBusinessId: secret } })])).toBe("a");
});

test("skips integrations that the stack manages, and refuses the ones that the user names", async () => {
  const integrations = ["a", "b", "c"].map((externalBusinessId) => ({ externalBusinessId }));
  const accounts = [{ account: undefined, integrations }];
  const choice = {
    accounts,
    candidates: candidatesOf(accounts),
    managed: new ManagedIntegrations(["a", "b"].map((id) => resource(`shop-${id}`, { id }))),
    clients: {
      client: () => {
        throw new Error("a request is sent");
      },
    },
  };
  const selected = async (ids: string[], externalBusinessIdPrefix?: string) => {
    const filter = { externalBusinessIdPrefix };
    const selection = await select({ ids, filter, ask: false }, choice, async () => []);
    const { notes, refused } = selectionResult(accounts, selection, []);
    return {
      chosen: selection.chosen.map(({ integration }) => integration.externalBusinessId),
      notes,
      refused,
    };
  };
  expect(await selected([])).toEqual({
    chosen: ["c"],
    notes: ["skipped 2 integrations: the stack already manages them"],
    refused: [],
  });
  expect((await selected([], "a")).notes).toEqual(["skipped 1 integration: the stack already manages it"]);
  expect(await selected(["b", "c"])).toEqual({
    chosen: ["c"],
    notes: [],
    refused: [{ externalBusinessId: "b", reason: "is already managed by the stack, as 'shop-b'" }],
  });
});

test.each([
  ["default", true],
  ["default_3_270_0", true],
  ["default-north", false],
  ["default_north", false],
  ["north", false],
])("%s is the name of a default provider: %s", (name, expected) => {
  expect(isDefaultProvider(`${providers}::${name}::04da6b54-80e4`)).toBe(expected);
});
