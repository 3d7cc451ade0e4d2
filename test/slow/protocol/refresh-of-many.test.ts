import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab, providerTypes } from "../../fake-engine/lab";

/** With the engine's default on four processors. */
const refresh = ["refresh", "--expect-no-changes", "--parallel", "16"] as const;
const noDrift = 0;
const drift = 7;

describe.each(providerTypes)("%s: a refresh of 500 integrations", (providerType) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType });
    lab.program({ model: { externalBusinessId: "model", connectedTagId: "1" } });
    await lab.up();
    lab.emulator.remove("model");
    const seeded = lab.emulator.seed(500, { fields: (number) => ({ connected_tag_id: String(number) }) });
    lab.editState((state) => {
      const model = lab.state().model;
      if (model === undefined) throw new Error("the model is not in state");
      state.delete(model.urn);
      for (const integration of seeded) {
        const { external_business_id: id, connected_tag_id: connectedTagId } = integration;
        const urn = model.urn.replace(/::model$/, `::${id}`);
        const given = { externalBusinessId: id, connectedTagId };
        state.set(urn, {
          ...model,
          urn,
          id,
          inputs: { ...model.inputs, ...given },
          outputs: {
            ...model.outputs,
            ...given,
            integrationId: integration.id,
            connectedUserId: integration.connected_user_id,
            createdTimestamp: integration.created_timestamp,
            updatedTimestamp: integration.updated_timestamp,
          },
        });
      }
    });
    lab.emulator.clearRequests();
  });

  afterAll(() => lab.close());

  test("takes 2 requests", async () => {
    expect((await lab.run(...refresh, "--preview-only")).exitCode).toBe(noDrift);
    const { operations, reads, writes } = lab.emulator.counters();
    expect(operations).toMatchObject({ list: 2, get: 0 });
    expect({ reads, writes }).toEqual({ reads: 2, writes: 0 });
  });

  test("finds drift, and reads integrations that are missing in the list individually", async () => {
    lab.emulator.change("seed-300", { connected_tag_id: "changed" });
    lab.emulator.remove("seed-400");
    expect((await lab.run(...refresh, "--preview-only")).exitCode).toBe(drift);
    lab.emulator.clearRequests();
    expect((await lab.run(...refresh)).exitCode).toBe(drift);
    expect(lab.emulator.counters().operations).toMatchObject({ list: 2, get: 1 });
    const state = lab.state();
    expect(state["seed-300"]?.inputs).toMatchObject({ connectedTagId: "changed" });
    expect(state["seed-301"]?.inputs).toMatchObject({ connectedTagId: "301" });
    expect(state["seed-400"]).toBeUndefined();
    expect(Object.keys(state)).toHaveLength(499);
  });

  test("reads few integrations individually if the list starts with the newest", async () => {
    lab.emulator.setSwitches({ listOrder: "newest" });
    lab.emulator.clearRequests();
    expect((await lab.run(...refresh, "--preview-only")).exitCode).toBe(noDrift);
    const { list, get } = lab.emulator.counters().operations;
    expect(list).toBe(2);
    expect(get).toBeLessThanOrEqual(10);
  });
});
