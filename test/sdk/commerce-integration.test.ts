import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { CommerceIntegration, Provider } from "../../provider";
import { type Run, secretOf, settled, startRun } from "./helpers/run";

let run: Run;

beforeEach(async () => {
  run = await startRun();
});

const providerText = 'exports.handler=()=>require("pulumi-pinterest/dynamic").provider';

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
    __provider: providerText,
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

test("keeps arguments secret that the program declares as secrets", async () => {
  const resource = new CommerceIntegration("shop", {
    externalBusinessId: pulumi.secret("shop-1"),
    connectedTagId: pulumi.secret("1"),
  });
  expect((await run.registration(resource)).properties).toMatchObject({
    externalBusinessId: secretOf("shop-1"),
    connectedTagId: secretOf("1"),
  });
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
  const run = await startRun();
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

test("has an output for each property, also for unset ones", async () => {
  run = await startRun({ outputs: { integrationId: "7300000000000000003", createdTimestamp: 5 } });
  const resource = new CommerceIntegration("shop", { externalBusinessId: "shop-1", scopes: "a" });
  expect((await settled(resource.id)).value).toBe("shop-id");
  expect((await settled(resource.externalBusinessId)).value).toBe("shop-1");
  expect((await settled(resource.integrationId)).value).toBe("7300000000000000003");
  expect((await settled(resource.createdTimestamp)).value).toBe(5);
  expect((await settled(resource.scopes)).value).toBe("a");
  for (const name of [
    "connectedMerchantId",
    "connectedAdvertiserId",
    "connectedTagId",
    "connectedLbaId",
  ] as const) {
    expect(await settled(resource[name])).toMatchObject({ value: undefined, isKnown: true });
  }
});

test("has unknown computed outputs in the preview of a create", async () => {
  run = await startRun({ preview: true });
  const resource = new CommerceIntegration("shop", { externalBusinessId: "shop-1" });
  expect(await settled(resource.integrationId)).toMatchObject({ isKnown: false });
  expect(await settled(resource.externalBusinessId)).toMatchObject({ value: "shop-1", isKnown: true });
});

test("accepts an ID several times under mocks", async () => {
  for (const name of ["a", "b"]) {
    await run.registration(new CommerceIntegration(name, { externalBusinessId: "shop-1" }));
  }
  expect(run.registrations).toHaveLength(2);
});

test("recognizes its instances, including those of another copy of the package", async () => {
  const resource = new CommerceIntegration("shop", { externalBusinessId: "shop-1" });
  const copy = new Custom("pulumi-nodejs:dynamic/pinterest:CommerceIntegration", "copy");
  const other = new Custom("pulumi-nodejs:dynamic:Resource", "other");
  expect([resource, copy].map(CommerceIntegration.isInstance)).toEqual([true, true]);
  expect([other, new Group("group", {}), {}, undefined].map(CommerceIntegration.isInstance)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test("restores the format of stack traces after a registration", () => {
  const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  new CommerceIntegration("shop", { externalBusinessId: "shop-1" });
  expect(Object.getOwnPropertyDescriptor(Error, "prepareStackTrace")).toEqual(before);
});

test("keeps the ID known while the account is unknown, because a preview would show a replacement", async () => {
  run = await startRun({ preview: true });
  const account = new CommerceIntegration("pending", { externalBusinessId: "x" }).integrationId;
  const resource = new CommerceIntegration("shop", { externalBusinessId: "shop-1", account });
  expect((await run.registration(resource)).properties).toMatchObject({ externalBusinessId: "shop-1" });
});
