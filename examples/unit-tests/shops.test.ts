// Run with `node --test`. Needs no engine, no Pinterest and no network.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

let declareShop: typeof import("./shops.ts").declareShop;

before(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({
      id: inputs.externalBusinessId,
      state: { ...inputs, integrationId: `ID of ${name}` },
    }),
    call: () => ({}),
  });
  // Load the program after setting the mocks, because the constructor of a resource registers it.
  ({ declareShop } = await import("./shops.ts"));
});

test("the external business ID begins with the country", async () => {
  const shop = declareShop("fr", { advertiser: "549755885175", tag: "2613187432" });
  const [id, tag, integrationId] = await promiseOf(
    pulumi.all([shop.externalBusinessId, shop.connectedTagId, shop.integrationId]),
  );
  assert.equal(id, "fr-shop");
  assert.equal(tag, "2613187432");
  assert.equal(integrationId, "ID of shop-fr");
});

test("rejects a shop without a tag", () => {
  assert.throws(() => declareShop("fr", { advertiser: "549755885175" }), /needs a tag/);
});

function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
