import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../emulator";
import type { Resource } from "./helpers/engine";
import { Lab, providerTypes } from "./helpers/lab";

const declared = (externalBusinessId: string, connectedTagId = "31") => ({
  externalBusinessId,
  connectedMerchantId: "11",
  connectedTagId,
});

const atPinterest = (externalBusinessId: string, connectedTagId = "31") => ({
  external_business_id: externalBusinessId,
  connected_merchant_id: "11",
  connected_tag_id: connectedTagId,
});

describe.each(providerTypes)("%s", (providerType) => {
  describe.each([
    { reads: "current", readLag: 0 },
    { reads: "stale after every write", readLag: 2 },
  ])("replacement, if reads are $reads", ({ readLag }) => {
    let lab: Lab;
    let before: Record<string, Resource>;
    let after: Record<string, Resource>;
    let writes: string[];
    let writesOfTargetedUpdate: string[];
    let outputs: string;

    beforeAll(async () => {
      // The provider repeats stale reads only until they are current, so a long limit takes no time.
      lab = await Lab.open({
        providerType,
        environment: { PINTEREST_CONSISTENCY_TIMEOUT: "120", PINTEREST_DETECT_DRIFT: "refresh" },
      });
      const declare = (externalBusinessId: string) =>
        lab.program({
          moved: declared(externalBusinessId),
          tainted: declared("tainted"),
          targeted: declared("targeted"),
        });
      declare("old");
      await lab.up();
      before = lab.state();
      lab.tainted.add("tainted");
      declare("new");
      // Stale reads start here, because reads that miss the first create would not show the integration.
      lab.emulator.setSwitches({ readLag });
      lab.emulator.clearRequests();
      outputs = (await lab.up()).output;
      writes = lab.writes();
      lab.emulator.clearRequests();
      outputs += (await lab.up("--target-replace", "**::targeted")).output;
      writesOfTargetedUpdate = lab.writes();
      after = lab.state();
    });

    afterAll(() => lab.close());

    test("creates the new integration, then deletes the old one if the external business ID changes", () => {
      expect(writes).toEqual(["POST new", "DELETE old"]);
      expect(after.moved?.id).toBe("new");
    });

    test("keeps an integration whose resource is tainted, or a target of `--target-replace`", () => {
      expect(writesOfTargetedUpdate).toEqual([]);
      expect(outputs).toContain("integration 'tainted' was not recreated");
      expect(outputs).toContain("integration 'targeted' was not recreated");
      for (const name of ["tainted", "targeted"])
        expect(after[name]?.outputs.integrationId).toBe(before[name]?.outputs.integrationId);
    });

    test("leaves the same three integrations in state and at Pinterest", async () => {
      const live = new Map(lab.emulator.integrations().map((item) => [item.external_business_id, item]));
      expect([...live.keys()].sort()).toEqual(["new", "tainted", "targeted"]);
      expect(Object.keys(after).sort()).toEqual(["moved", "tainted", "targeted"]);
      for (const resource of Object.values(after)) {
        const integration = live.get(resource.id) as Integration;
        expect(integration).toMatchObject({ connected_merchant_id: "11", connected_tag_id: "31" });
        expect(resource.outputs).toMatchObject({
          externalBusinessId: integration.external_business_id,
          integrationId: integration.id,
          connectedTagId: "31",
        });
      }
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });

  describe("an integration that is missing at Pinterest", () => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await Lab.open({ providerType, environment: { PINTEREST_DETECT_DRIFT: "refresh" } });
      lab.program({ kept: declared("kept"), missing: declared("missing"), removed: declared("removed") });
      await lab.up();
    });

    afterAll(() => lab.close());

    test("is planned as a create by a refreshed preview, and recreated by a refreshed update", async () => {
      lab.emulator.remove("missing");
      lab.emulator.clearRequests();
      const { exitCode, steps } = await lab.preview("--refresh");
      expect(exitCode).toBe(7);
      const planned = steps.filter(({ op }) => !["same", "refresh"].includes(op));
      expect(planned).toMatchObject([{ name: "missing", op: "create" }]);
      expect(lab.writes()).toEqual([]);

      await lab.up("--refresh");
      expect(lab.written("missing")).toEqual([["POST", atPinterest("missing")]]);
      expect(lab.writes()).toHaveLength(1);
      expect(lab.state().missing?.outputs).toMatchObject({
        integrationId: lab.emulator.integration("missing")?.id,
        connectedTagId: "31",
      });
    });

    test("is recreated with all its properties by an update without a refresh", async () => {
      lab.emulator.remove("missing");
      lab.emulator.remove("removed");
      lab.emulator.clearRequests();
      lab.program({ kept: declared("kept"), missing: declared("missing", "32") });
      const { output } = await lab.up();
      expect(lab.written("missing")).toEqual([
        ["PATCH", { connected_tag_id: "32" }],
        ["POST", atPinterest("missing", "32")],
      ]);
      expect(output).toContain("integration 'missing' was missing at Pinterest; it is recreated");
      const held = lab.emulator.integrations().map((integration) => integration.external_business_id);
      expect(held.sort()).toEqual(["kept", "missing"]);

      // The program no longer declares `removed`. Deleting a missing integration succeeds.
      expect(lab.writes()).toContain("DELETE removed");
      const state = lab.state();
      expect(Object.keys(state).sort()).toEqual(["kept", "missing"]);
      expect(state.missing?.outputs).toMatchObject({
        integrationId: lab.emulator.integration("missing")?.id,
        connectedTagId: "32",
      });
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("does not fail a destroy", async () => {
      lab.emulator.remove("missing");
      await lab.succeed("destroy", "--skip-preview");
      expect(lab.emulator.integrations()).toEqual([]);
      expect(lab.state()).toEqual({});
    });
  });
});
