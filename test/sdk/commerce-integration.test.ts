import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { CommerceIntegration, type CommerceIntegrationArgs, Provider } from "../../provider";
import { unknownName } from "../expected/messages";
import { type Run, secretOf, settled, startRun } from "./helpers/run";

let run: Run;

beforeEach(async () => {
  run = await startRun();
});

test("registers the dynamic type, the constant code and the arguments, and no other properties", async () => {
  const resource = new CommerceIntegration("shop", {
    externalBusinessId: "shop-1",
    connectedTagId: "1",
    scopes: ["b", "a"],
    partnerMetadata: { a: { b: 1 } },
    adopt: false,
    account: "shop-a",
    whenRemoved: "release",
  });
  expect(await run.registration(resource)).toMatchObject({
    type: "pulumi-nodejs:dynamic/pinterest:CommerceIntegration",
    name: "shop",
    readId: undefined,
  });
  expect((await run.registration(resource)).properties).toStrictEqual({
    __provider: 'exports.handler=()=>require("pulumi-pinterest/dynamic").provider',
    externalBusinessId: "shop-1",
    connectedTagId: "1",
    scopes: ["b", "a"],
    partnerMetadata: { a: { b: 1 } },
    adopt: false,
    account: "shop-a",
    whenRemoved: "release",
  });
});

test("sends partner tokens and e-mail as secrets, and declares their outputs as secret if they are set", async () => {
  const resource = new CommerceIntegration("shop", {
    externalBusinessId: "shop-1",
    partnerAccessToken: "a",
    partnerRefreshToken: pulumi.output("b"),
    partnerPrimaryEmail: Promise.resolve("c@example.com"),
  });
  const { properties, additionalSecretOutputs } = await run.registration(resource);
  expect(properties).toMatchObject({
    externalBusinessId: "shop-1",
    partnerAccessToken: secretOf("a"),
    partnerRefreshToken: secretOf("b"),
    partnerPrimaryEmail: secretOf("c@example.com"),
  });
  expect(additionalSecretOutputs).toEqual([
    "partnerAccessToken",
    "partnerRefreshToken",
    "partnerPrimaryEmail",
  ]);
  const without = new CommerceIntegration("other", { externalBusinessId: "shop-2", partnerAccessToken: "a" });
  expect((await run.registration(without)).additionalSecretOutputs).toEqual(["partnerAccessToken"]);
});

test("keeps the program's `additionalSecretOutputs`", async () => {
  const resource = new CommerceIntegration(
    "shop",
    { externalBusinessId: "shop-1", partnerAccessToken: "a" },
    { additionalSecretOutputs: ["connectedTagId"] },
  );
  expect((await run.registration(resource)).additionalSecretOutputs).toEqual([
    "connectedTagId",
    "partnerAccessToken",
  ]);
});

test("refuses `deleteBeforeReplace`, and lets the engine delete last", async () => {
  const shop = new CommerceIntegration("a", { externalBusinessId: "a" }, { deleteBeforeReplace: false });
  expect((await run.registration(shop)).deleteBeforeReplace).toBe(false);
  expect(
    () => new CommerceIntegration("b", { externalBusinessId: "b" }, { deleteBeforeReplace: true }),
  ).toThrow(/pinterest.CommerceIntegration 'b': `deleteBeforeReplace` is not supported/);
});

test.each([
  ["an explicit provider", (provider: Provider) => ({ provider })],
  [
    "its parent's provider",
    (provider: Provider) => ({ parent: new Group("group", { providers: [provider] }) }),
  ],
])("registers the name of %s, so that a preview shows a move to another provider", async (_what, options) => {
  const provider = new Provider("shop-a", { accessToken: "pina_a" });
  const resource = new CommerceIntegration("shop", { externalBusinessId: "shop-1" }, options(provider));
  expect((await run.registration(resource)).properties).toMatchObject({ providerName: "shop-a" });
  expect((await run.registration(resource)).provider).toContain("pulumi:providers:pulumi-nodejs::shop-a");
});

class Group extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions) {
    super("test:index:Group", name, {}, options);
  }
}

class Custom extends pulumi.CustomResource {}

test("recognizes its instances, including those of another copy of the package", async () => {
  const resource = new CommerceIntegration("shop", { externalBusinessId: "shop-1" });
  const copy = new Custom("pulumi-nodejs:dynamic/pinterest:CommerceIntegration", "copy");
  const other = new Custom("pulumi-nodejs:dynamic:Resource", "other");
  // Programs also pass it as a callback.
  const { isInstance } = CommerceIntegration;
  for (const each of [resource, copy]) expect(isInstance(each)).toBe(true);
  for (const each of [other, new Group("group", {}), {}, undefined]) expect(isInstance(each)).toBe(false);
});

test("keeps the ID known while the account is unknown, because a preview would show a replacement", async () => {
  run = await startRun({ preview: true });
  const account = new CommerceIntegration("pending", { externalBusinessId: "x" }).integrationId;
  const resource = new CommerceIntegration("shop", { externalBusinessId: "shop-1", account });
  expect((await run.registration(resource)).properties).toMatchObject({ externalBusinessId: "shop-1" });
});

const declare = (args: object, options?: pulumi.CustomResourceOptions) => () =>
  new CommerceIntegration(
    "shop",
    { externalBusinessId: "shop-1", ...args } as CommerceIntegrationArgs,
    options,
  );

test("refuses the `import` option before the registration, and names the alternative", () => {
  expect(declare({}, { import: "shop-1" })).toThrow(
    /^pinterest\.CommerceIntegration 'shop': the `import` option does not work .*`pulumi import --file`/,
  );
  expect(run.registrations).toEqual([]);
});

test("refuses a misspelled argument with a suggestion, and without its value", () => {
  const misspelled = declare({ conectedTagId: "5ecret" });
  expect(misspelled).toThrow(
    `\`conectedTagId\` ${unknownName("argument of a commerce integration", "connectedTagId")}`,
  );
  expect(misspelled).not.toThrow(/5ecret/);
  expect(run.registrations).toEqual([]);
});

test("a lookup reads by ID, and sends only the ID and the account", async () => {
  run = await startRun({ outputs: { connectedTagId: "1" } });
  const found = CommerceIntegration.get("shop", "shop-1", { account: "shop-a" });
  const { type, readId, properties } = await run.registration(found);
  expect({ type, readId }).toEqual({
    type: "pulumi-nodejs:dynamic/pinterest:CommerceIntegration",
    readId: "shop-1",
  });
  expect(properties).toEqual({
    __provider: 'exports.handler=()=>require("pulumi-pinterest/dynamic").provider',
    externalBusinessId: "shop-1",
    __lookup: true,
    account: "shop-a",
  });
  expect((await settled(found.connectedTagId)).value).toBe("1");
});

test("accepts a lookup of an integration that the program declares", async () => {
  const declared = new CommerceIntegration("shop", { externalBusinessId: "shop-1" });
  const found = CommerceIntegration.get("found", "shop-1");
  expect((await run.registration(declared)).readId).toBeUndefined();
  expect((await run.registration(found)).readId).toBe("shop-1");
});
