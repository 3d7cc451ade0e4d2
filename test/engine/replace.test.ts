import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../emulator";
import { Lab, type StateResource } from "./helpers/lab";

/** For one integration: the writes in their order. */
const replacedOnce = (id: string) => [`DELETE ${id}`, `POST ${id}`];

describe.each([
  { reads: "are current", readLag: 0 },
  { reads: "lag behind every write", readLag: 2 },
])("where reads of Pinterest $reads", ({ readLag }) => {
  let lab: Lab;
  let before: Record<string, StateResource>;
  let after: Record<string, StateResource>;
  let writes: string[];
  let writesOfTarget: string[];

  beforeAll(async () => {
    // A read that lags is repeated until it is current, so that a long limit costs no time here.
    lab = await Lab.open({ environment: { PINTEREST_SETTLE_TIMEOUT: "120" } });
    const declare = (movedTo: string) =>
      lab.program({
        moved: { externalBusinessId: movedTo, connectedMerchantId: "11", connectedTagId: "31" },
        tainted: { externalBusinessId: "tainted", connectedMerchantId: "11", connectedTagId: "31" },
        targeted: { externalBusinessId: "targeted", connectedMerchantId: "11", connectedTagId: "31" },
      });
    declare("old");
    await lab.up();
    before = await lab.state();
    await lab.succeed("state", "taint", before.tainted?.urn ?? "");
    declare("new");
    // Only from here on: a read that still missed the first creation would not show what was deleted.
    lab.emulator.setSwitches({ readLag });
    lab.emulator.clearRequests();
    await lab.up();
    writes = lab.writes();
    lab.emulator.clearRequests();
    await lab.up("--target-replace", "**::targeted");
    writesOfTarget = lab.writes();
    after = await lab.state();
  });

  afterAll(() => lab.close());

  test("another external id deletes the old integration first and then creates the new one", () => {
    expect(writes.filter((write) => /old|new/.test(write))).toEqual(["DELETE old", "POST new"]);
    expect(after.moved?.id).toBe("new");
  });

  test("a tainted integration is deleted first and then created under the same id", () => {
    expect(writes.filter((write) => write.includes("tainted"))).toEqual(replacedOnce("tainted"));
  });

  test("`up --target-replace` deletes the integration first, creates it anew and touches no other", () => {
    expect(writes.join()).not.toContain("targeted");
    expect(writesOfTarget).toEqual(replacedOnce("targeted"));
  });

  test("right afterwards state and Pinterest hold the same three integrations, all of them new", async () => {
    const held = new Map(lab.emulator.integrations().map((item) => [item.external_business_id, item]));
    expect([...held.keys()].sort()).toEqual(["new", "tainted", "targeted"]);
    expect(Object.keys(after).sort()).toEqual(["moved", "tainted", "targeted"]);
    for (const [name, resource] of Object.entries(after)) {
      const integration = held.get(resource.id ?? "") as Integration;
      expect(integration).toMatchObject({ connected_merchant_id: "11", connected_tag_id: "31" });
      expect(resource.outputs).toMatchObject({
        externalBusinessId: integration.external_business_id,
        integrationId: integration.id,
        connectedTagId: "31",
      });
      expect(resource.outputs?.integrationId).not.toBe(before[name]?.outputs?.integrationId);
    }
    expect(await lab.preview("--refresh")).toMatchObject({ exitCode: 0 });
  });
});
