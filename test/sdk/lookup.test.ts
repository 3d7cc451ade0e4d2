import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { CommerceIntegration, Provider } from "../../provider";
import { type Run, settled, startRun } from "./helpers/run";

let run: Run;

beforeEach(async () => {
  run = await startRun({ outputs: { connectedTagId: "1" } });
});

test("reads by ID, and sends only the ID and the account", async () => {
  const found = CommerceIntegration.get("shop", "shop-1", { account: "shop-a" });
  expect(await run.registration(found)).toMatchObject({
    type: "pulumi-nodejs:dynamic/pinterest:CommerceIntegration",
    readId: "shop-1",
    properties: {
      __provider: 'exports.handler=()=>require("pulumi-pinterest/dynamic").provider',
      externalBusinessId: "shop-1",
      __lookup: true,
      account: "shop-a",
    },
  });
  expect(Object.keys((await run.registration(found)).properties)).toHaveLength(4);
  expect((await settled(found.connectedTagId)).value).toBe("1");
});

test("sends no account for the default account", async () => {
  const found = CommerceIntegration.get("shop", "shop-1");
  expect((await run.registration(found)).properties).not.toHaveProperty("account");
});

test("accepts an ID that is an output", async () => {
  const found = CommerceIntegration.get("shop", pulumi.output("shop-1"));
  expect((await run.registration(found)).readId).toBe("shop-1");
});

test("uses the provider of its options", async () => {
  const provider = new Provider("shop-a", { accessToken: "pina_a" });
  const found = CommerceIntegration.get("shop", "shop-1", {}, { provider });
  expect((await run.registration(found)).provider).toContain("::shop-a");
});

test("accepts a lookup of an integration that the program declares", async () => {
  const declared = new CommerceIntegration("shop", { externalBusinessId: "shop-1" });
  const found = CommerceIntegration.get("found", "shop-1");
  expect((await run.registration(declared)).readId).toBeUndefined();
  expect((await run.registration(found)).readId).toBe("shop-1");
});
