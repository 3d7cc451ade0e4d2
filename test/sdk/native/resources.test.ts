import { beforeEach, expect, test } from "@jest/globals";
import { CommerceIntegration, Provider } from "../../../provider/sdk/native";
import { pattern, unknownName } from "../../expected/messages";
import { type Run, secretOf, startRun } from "../helpers/run";

let run: Run;

beforeEach(async () => {
  run = await startRun({ config: { "pinterest:apiUrl": "https://pinterest.example/v5" } });
});

test("registers an integration with the plugin's type, and the dynamic type as alias", async () => {
  const shop = new CommerceIntegration("shop", {
    externalBusinessId: "shop-1",
    scopes: ["b", "a"],
    partnerAccessToken: "token",
    account: "north",
  });
  expect(await run.registration(shop)).toMatchObject({
    type: "pinterest:index:CommerceIntegration",
    aliases: ["pulumi-nodejs:dynamic/pinterest:CommerceIntegration"],
    deleteBeforeReplace: false,
    additionalSecretOutputs: ["partnerAccessToken"],
    properties: {
      externalBusinessId: "shop-1",
      scopes: ["b", "a"],
      partnerAccessToken: secretOf("token"),
      account: "north",
    },
  });
  expect((await run.registration(shop)).properties).not.toHaveProperty("__provider");
});

test("registers an explicit provider of the plugin's package, with the stack's configuration", async () => {
  const provider = new Provider("north", { accessToken: "token", accountCommand: ["vault", "read"] });
  expect(await run.registration(provider)).toMatchObject({
    type: "pulumi:providers:pinterest",
    aliases: ["pulumi:providers:pulumi-nodejs"],
    properties: {
      accessToken: secretOf("token"),
      accountCommand: '["vault","read"]',
      apiUrl: "https://pinterest.example/v5",
    },
  });
  const shop = new CommerceIntegration("shop", { externalBusinessId: "shop-1" }, { provider });
  const { properties, provider: reference } = await run.registration(shop);
  expect(reference).toContain("::north::");
  // The plugin records the provider's name itself.
  expect(properties).toEqual({ externalBusinessId: "shop-1" });
});

test("accepts the `import` option, and refuses misspelled arguments", () => {
  expect(() => new CommerceIntegration("a", { externalBusinessId: "a" }, { import: "a" })).not.toThrow();
  expect(
    () => new CommerceIntegration("b", { externalBusinessId: "b", conectedTagId: "1" } as never),
  ).toThrow(
    new RegExp(
      `^pinterest\\.CommerceIntegration 'b': \`conectedTagId\` ${pattern(unknownName("argument of a commerce integration", "connectedTagId"))}`,
    ),
  );
});
