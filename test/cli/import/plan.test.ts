import { expect, test } from "@jest/globals";
import * as runtime from "@pulumi/pulumi/runtime";
import fc from "fast-check";
import { importFileOf } from "../../../provider/cli/import/import-file";
import { languageOf } from "../../../provider/cli/import/language";
import { type FoundIntegration, planImports } from "../../../provider/cli/import/plan";
import { partnerSecretsOf } from "../../../provider/cli/import/secrets-config";
import { dynamicType, providerText } from "../../../provider/dynamic/constant";
import { problemWithId } from "../../../provider/lifecycle/validate";
import { anyIntegration } from "./helpers/integrations";

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

test("a plan parts the secrets from what the program shows", () => {
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

test("secrets that are left out are neither managed nor in state", () => {
  const plans = planImports(found(shop), { secrets: "omit" });
  expect(plans[0]?.inputs).toEqual(plans[0]?.args);
  expect(plans[0]?.secrets).toEqual({});
  expect(JSON.stringify(importFileOf(plans))).not.toMatch(/at-1|rt-|shop\.example/);
  expect(partnerSecretsOf(plans)).toBeUndefined();
});

test("an integration that was listed twice counts once, as it was listed last", () => {
  const plans = planImports(found(shop, { ...shop, connectedTagId: "34" }), { secrets: "omit" });
  expect(plans.map(({ args }) => args.connectedTagId)).toEqual(["34"]);
});

test("plans are sorted by name, and keep off the names that are taken", () => {
  const integrations = ["c", "b", "a"].map((externalBusinessId) => ({ externalBusinessId }));
  const options = { secrets: "omit" as const, takenNames: ["B"] };
  const plans = planImports(found(...integrations), options);
  expect(plans.map(({ name }) => name)).toEqual(["a", expect.stringMatching(/^b-/), "c"]);
});

test.each([".", "..", " a", "x".repeat(2049), "\ud83d", ""])(
  "the id %j is one that no program can give",
  (id) => {
    expect(problemWithId(id)).toEqual(expect.any(String));
    expect(() => planImports(found({ externalBusinessId: id }), { secrets: "omit" })).toThrow(
      problemWithId(id),
    );
  },
);

test.each(["a", "a/../b", "constructor", "x".repeat(2048), "🛍️"])(
  "the id %j is one that programs can give",
  (id) => {
    expect(problemWithId(id)).toBeUndefined();
  },
);

test("the import file has what the engine needs: type, id, the provider's text, and secrets in its own form", () => {
  const [resource] = importFileOf(planImports(found(shop), { secrets: "config" })).resources;
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
    },
  });
});

test("for the plugin it is of the plugin's type, and holds no provider's text", () => {
  const plans = planImports(found(shop), { secrets: "config" });
  const [dynamic] = importFileOf(plans).resources;
  const [resource] = importFileOf(plans, "plugin").resources;
  const { __provider: _, ...inputs } = dynamic?.inputs ?? {};
  const { __provider: __, ...outputs } = dynamic?.outputs ?? {};
  expect(resource).toEqual({ ...dynamic, type: "pinterest:index:CommerceIntegration", inputs, outputs });
});

test("for any integrations no secret stands in the import file but in the engine's form, and nothing is undefined", () => {
  fc.assert(
    fc.property(anyIntegration(), (integration) => {
      fc.pre(problemWithId(integration.externalBusinessId) === undefined);
      const { resources } = importFileOf(planImports(found(integration), { secrets: "config" }));
      expect(JSON.parse(JSON.stringify(resources))).toStrictEqual(resources);
      for (const bag of resources.flatMap(({ inputs, outputs }) => [inputs, outputs])) {
        for (const name of Object.keys(secrets)) {
          expect(bag[name] ?? { plaintext: "" }).toHaveProperty("plaintext");
        }
      }
    }),
  );
});

test("partner secrets are one text of JSON, by resource name, of those that have any", () => {
  const others = [
    { externalBusinessId: "none" },
    { externalBusinessId: "constructor", partnerAccessToken: "at-2" },
  ];
  const config = partnerSecretsOf(planImports(found(shop, ...others), { secrets: "config" }));
  expect(config?.key).toBe("partnerSecrets");
  expect(JSON.parse(config?.value ?? "")).toEqual({
    "shop-1": secrets,
    constructor: { partnerAccessToken: "at-2" },
  });
});

test.each([
  ["a.ts", "typescript"],
  ["a.mts", "typescript"],
  ["dir/a.js", "commonjs"],
  ["a.cjs", "commonjs"],
  ["A.MJS", "esm"],
  ["a.cts", "typescript"],
  ["a.yaml", "yaml"],
  ["dir/a.YML", "yaml"],
])("a program in %s is %s", (file, language) => {
  expect(languageOf(file)).toBe(language);
});

test.each(["a", "a.py", "Main.java", "ts"])("a program in %s is a wrong command line", (file) => {
  expect(() => languageOf(file)).toThrow(
    `in which language is ${file} to be? Give --program a name that ends in .ts, .mts, .cts, .js, .cjs, .mjs, .yaml, .yml`,
  );
});
