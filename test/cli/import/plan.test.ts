import { expect, test } from "@jest/globals";
import * as runtime from "@pulumi/pulumi/runtime";
import { type FoundIntegration, importFileOf, partnerSecretsOf, planImports } from "../../../cli/import/plan";
import { unmanagedNotes } from "../../../cli/import/result";
import { problemWithId } from "../../../provider/lifecycle/check";
import { dynamicType, providerText } from "../../../provider/run/constants";

const secrets = {
  partnerAccessToken: "at-1",
  partnerRefreshToken: 'rt-"1"',
  partnerPrimaryEmail: "one@shop.example",
};
const shop = {
  externalBusinessId: "shop-1",
  integrationId: "7300000000000000001",
  connectedTagId: "33",
  scopes: "ads:write ads:read",
  ...secrets,
};

function found(...integrations: FoundIntegration["integration"][]): FoundIntegration[] {
  return integrations.map((integration) => ({ account: undefined, integration }));
}

test("a plan separates secrets from the program's arguments", () => {
  const [plan] = planImports([{ account: "north", integration: shop }], { secrets: "config" });
  expect(plan).toMatchObject({
    name: "shop-1",
    account: "north",
    externalBusinessId: "shop-1",
    integrationId: "7300000000000000001",
    protect: false,
    masked: [],
  });
  expect(plan?.args).toEqual({
    externalBusinessId: "shop-1",
    connectedTagId: "33",
    scopes: "ads:read,ads:write",
    account: "north",
  });
  expect(plan?.secrets).toEqual(secrets);
  expect(plan?.inputs).toEqual({ ...plan?.args, ...secrets });
});

test("omitted secrets are neither managed nor in state", () => {
  const plans = planImports(found(shop), { secrets: "omit" });
  expect(plans[0]?.inputs).toEqual(plans[0]?.args);
  expect(plans[0]?.secrets).toEqual({});
  expect(JSON.stringify(importFileOf(plans, "dynamic"))).not.toMatch(/at-1|rt-|shop\.example/);
  expect(partnerSecretsOf(plans)).toBeUndefined();
});

test.each([".", "..", " a", "x".repeat(2049), "\ud83d", ""])("a program cannot declare the ID %j", (id) => {
  expect(problemWithId(id)).toEqual(expect.any(String));
  expect(() => planImports(found({ externalBusinessId: id }), { secrets: "omit" })).toThrow(
    problemWithId(id),
  );
});

test("the import file contains type, ID, the provider's text, and secrets in the engine's form", () => {
  const [resource] = importFileOf(planImports(found(shop), { secrets: "config" }), "dynamic").resources;
  const secret = (value: string) => ({
    [runtime.specialSigKey]: runtime.specialSecretSig,
    plaintext: JSON.stringify(value),
  });
  const inputs = {
    __provider: providerText,
    externalBusinessId: "shop-1",
    connectedTagId: "33",
    scopes: "ads:read,ads:write",
    partnerAccessToken: secret("at-1"),
    partnerRefreshToken: secret('rt-"1"'),
    partnerPrimaryEmail: secret("one@shop.example"),
  };
  expect(resource).toEqual({
    type: dynamicType,
    name: "shop-1",
    id: "shop-1",
    inputs,
    outputs: {
      ...inputs,
      integrationId: "7300000000000000001",
      __managed: "tAREs",
      __uid: expect.any(String),
      __written: expect.any(String),
    },
  });
});

test("the plugin's import file has the plugin's type and no provider text", () => {
  const plans = planImports(found(shop), { secrets: "config" });
  const [dynamic] = importFileOf(plans, "dynamic").resources;
  const [resource] = importFileOf(plans, "plugin").resources;
  const { __provider: _, ...inputs } = dynamic?.inputs ?? {};
  const { __provider: __, ...outputs } = dynamic?.outputs ?? {};
  expect(resource).toEqual({ ...dynamic, type: "pinterest:index:CommerceIntegration", inputs, outputs });
});

test("partner secrets are JSON by resource name, without resources that have none", () => {
  const others = [
    { externalBusinessId: "none" },
    { externalBusinessId: "constructor", partnerAccessToken: "at-2" },
  ];
  const config = partnerSecretsOf(planImports(found(shop, ...others), { secrets: "config" }));
  expect(JSON.parse(config ?? "")).toEqual({
    "shop-1": secrets,
    constructor: { partnerAccessToken: "at-2" },
  });
});

test("names up to three integrations with the same unmanaged field, and else their number", () => {
  const imports = ["a", "b", "c", "d"].map((name) => ({
    name,
    externalBusinessId: name,
    unmanaged: { scopes: "is masked by Pinterest" },
  }));
  expect(unmanagedNotes(imports.slice(1))).toEqual([
    "not managed for 'b', 'c' and 'd': scopes is masked by Pinterest",
  ]);
  expect(unmanagedNotes(imports)).toEqual(["not managed for 4 integrations: scopes is masked by Pinterest"]);
});
