import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab, providerTypes } from "./helpers/lab";

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType });
  });

  afterAll(() => lab.close());

  test("creates an integration, and the next preview is empty, with or without a refresh", async () => {
    lab.program({
      shop: {
        externalBusinessId: "shop-1",
        connectedMerchantId: "11",
        connectedTagId: "33",
        scopes: ["ads:write", "ads:read"],
      },
    });
    await lab.up();
    expect(lab.emulator.integration("shop-1")).toMatchObject({
      connected_merchant_id: "11",
      connected_tag_id: "33",
      scopes: "ads:read,ads:write",
    });
    expect(await lab.previewExit()).toBe(0);
    lab.emulator.clearRequests();
    expect(await lab.previewExit("--refresh")).toBe(0);
    const { reads, writes } = lab.emulator.counters();
    expect(reads).toBeGreaterThan(0);
    expect(writes).toBe(0);
  });
});
