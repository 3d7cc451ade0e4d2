import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Switches } from "../../emulator";
import { argumentsWith, everyField } from "./helpers/fields";
import { Lab, providerTypes } from "./helpers/lab";

// Together, the variants cover every switch in both positions. Each version answers errors with numeric codes and with string codes.
const variants: (Partial<Switches> & Pick<Switches, "generation">)[] = [
  { generation: "5.23", metadataUnset: "omitted", codeAsText: true, extraFields: true },
  { generation: "5.28", metadataUnset: "null", codeAsText: false, extraFields: true },
  {
    generation: "5.28",
    metadataUnset: "empty",
    codeAsText: true,
    extraFields: false,
    metadataReserialized: true,
    expiryRounding: "seconds",
  },
];

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_DETECT_DRIFT: "refresh" } });
  });

  afterAll(() => lab.close());

  describe.each(variants)("with Pinterest's API as %j", (switches) => {
    const declare = ({ tag, additionalId, id }: { tag: string; additionalId: string; id: string }) =>
      lab.program({
        whole: argumentsWith("whole"),
        precise: {
          externalBusinessId: "precise",
          partnerAccessTokenExpiry: 1893456000123,
          partnerMetadata: { plan: { since: 2024, beta: true }, shops: ["a", "b"] },
        },
        updated: { externalBusinessId: "updated", connectedMerchantId: "11", connectedTagId: tag },
        drifted: { externalBusinessId: "drifted", connectedMerchantId: "11", scopes: ["ads:read"] },
        missing: { externalBusinessId: "missing", connectedMerchantId: "11", additionalId1: additionalId },
        replaced: { externalBusinessId: id, connectedMerchantId: "11" },
      });

    beforeAll(() => {
      lab.emulator.reset();
      lab.emulator.setSwitches(switches);
      declare({ tag: "31", additionalId: "a", id: "old" });
    });

    test("creates integrations with every property of the program", async () => {
      await lab.up();
      expect(lab.writes().sort()).toEqual(
        ["drifted", "missing", "old", "precise", "updated", "whole"].map((id) => `POST ${id}`),
      );
      // If the provider could not parse an answer, it would read once more.
      expect(lab.emulator.counters().operations).toMatchObject({ create: 6, get: 6 });
      const { partner_metadata, ...live } = lab.emulator.integration("whole") ?? {};
      expect(JSON.parse(partner_metadata ?? "")).toEqual({ plan: "Café" });
      const others = everyField.filter(({ wire }) => wire !== "partner_metadata");
      expect(live).toMatchObject(Object.fromEntries(others.map(({ wire, before }) => [wire, before])));
    });

    test("updates, replaces and recreates missing integrations in one update without a refresh", async () => {
      lab.emulator.remove("missing");
      lab.emulator.clearRequests();
      declare({ tag: "32", additionalId: "b", id: "new" });
      await lab.up();
      expect(lab.written("updated")).toEqual([["PATCH", { connected_tag_id: "32" }]]);
      expect(lab.writes().filter((write) => /old|new/.test(write))).toEqual(["POST new", "DELETE old"]);
      expect(lab.writes().filter((write) => write.endsWith("missing"))).toEqual([
        "PATCH missing",
        "POST missing",
      ]);
      expect(lab.emulator.integration("missing")).toMatchObject({ additional_id_1: "b" });
      expect(lab.emulator.integration("old")).toBeUndefined();
    });

    test("shows only the drifted integration, by property, and fixes it", async () => {
      lab.emulator.change("drifted", { connected_merchant_id: "12", scopes: null });
      lab.emulator.clearRequests();
      const { exitCode, steps } = await lab.preview("--refresh");
      expect(exitCode).toBe(7);
      const changed = steps.filter(({ op }) => op !== "same" && op !== "refresh");
      expect(changed).toMatchObject([{ op: "update", name: "drifted" }]);
      expect(Object.keys(changed[0]?.detailedDiff ?? {}).sort()).toEqual(["connectedMerchantId", "scopes"]);
      await lab.up("--refresh");
      expect(lab.writes()).toEqual(["PATCH drifted"]);
      expect(lab.written("drifted")).toEqual([
        ["PATCH", { connected_merchant_id: "11", scopes: "ads:read" }],
      ]);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("deletes every integration in a destroy, which succeeds for missing ones", async () => {
      lab.emulator.remove("missing");
      lab.emulator.clearRequests();
      await lab.succeed("destroy", "--skip-preview");
      expect(lab.emulator.counters().operations).toMatchObject({ delete: 6, get: 1 });
      expect(lab.emulator.integrations()).toEqual([]);
      expect(lab.state()).toEqual({});
    });
  });
});
