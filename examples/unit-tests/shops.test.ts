// Run by `node --test`: no engine, no Pinterest, no network.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

let declareShop: typeof import("./shops.ts").declareShop;

before(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({
      id: inputs.externalBusinessId,
      state: { ...inputs, integrationId: `number of ${name}` },
    }),
    call: () => ({}),
  });
  // The program is loaded after the mocks: a resource registers as soon as it is constructed.
  ({ declareShop } = await import("./shops.ts"));
});

test("the external business id begins with the country", async () => {
  const shop = declareShop("fr", { advertiser: "549755885175", tag: "2613187432" });
  const [id, tag, integrationId] = await settled(
    pulumi.all([shop.externalBusinessId, shop.connectedTagId, shop.integrationId]),
  );
  assert.equal(id, "fr-shop");
  assert.equal(tag, "2613187432");
  assert.equal(integrationId, "number of shop-fr");
});

test("a shop without a tag is refused", () => {
  assert.throws(() => declareShop("fr", { advertiser: "549755885175" }), /needs a tag/);
});

function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
