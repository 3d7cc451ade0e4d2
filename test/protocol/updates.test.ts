import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../emulator";
import { argumentsWith, connectedIds, everyField, type FieldCase, readableFields } from "./helpers/fields";
import { Lab, providerTypes, type Run } from "./helpers/lab";

describe.each(providerTypes)("%s", (providerType) => {
  describe("an update", () => {
    let lab: Lab;
    let before: Map<string, Integration>;

    /** The external business ID of the integration in which only this field changes. */
    const idOf = ({ name }: FieldCase) => `only-${name}`;

    const declare = (select: (fields: readonly FieldCase[]) => readonly FieldCase[], merchant: string) =>
      lab.program({
        ...Object.fromEntries(
          everyField.map((field) => [idOf(field), argumentsWith(idOf(field), select([field]))]),
        ),
        several: argumentsWith("several", select(connectedIds)),
        unchanged: argumentsWith("unchanged"),
        partial: { externalBusinessId: "partial", connectedMerchantId: merchant },
      });

    beforeAll(async () => {
      lab = await Lab.open({ providerType });
      declare(() => [], "11");
      await lab.up();
      lab.emulator.change("partial", { connected_advertiser_id: "99", partner_metadata: "theirs" });
      before = new Map(lab.emulator.integrations().map((held) => [held.external_business_id, held]));
      lab.emulator.clearRequests();
      declare((fields) => fields, "12");
      await lab.up();
    });

    afterAll(() => lab.close());

    test.each(everyField)("sends only a changed $name, and changes no other field at Pinterest", (field) => {
      const id = idOf(field);
      expect(lab.written(id)).toEqual([["PATCH", { [field.wire]: field.after }]]);
      expect(lab.emulator.integration(id)).toEqual({
        ...before.get(id),
        [field.wire]: field.after,
        updated_timestamp: expect.any(Number),
      });
    });

    test("sends several changed connected IDs in one request", () => {
      const changes = Object.fromEntries(connectedIds.map(({ wire, after }) => [wire, after]));
      expect(lab.written("several")).toEqual([["PATCH", changes]]);
      expect(lab.emulator.integration("several")).toMatchObject(changes);
    });

    test("makes no request for an integration that does not change", () => {
      const names = lab.emulator.requests().map((request) => request.external_business_id);
      expect(names).toContain("several");
      expect(names).not.toContain("unchanged");
      expect(lab.emulator.integration("unchanged")).toEqual(before.get("unchanged"));
    });

    test("keeps the values of fields that the program does not manage", () => {
      expect(lab.written("partial")).toEqual([["PATCH", { connected_merchant_id: "12" }]]);
      expect(lab.emulator.integration("partial")).toMatchObject({
        connected_advertiser_id: "99",
        partner_metadata: "theirs",
      });
    });

    test("stores every new value in state, and the next refreshed preview is empty", async () => {
      const state = lab.state();
      expect(
        Object.fromEntries(
          readableFields.map((field) => [field.name, state[idOf(field)]?.outputs[field.name]]),
        ),
      ).toEqual(Object.fromEntries(readableFields.map(({ name, after }) => [name, after])));
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });

  describe("a field that Pinterest ignores in a write that succeeds", () => {
    let lab: Lab;
    let failed: Run;

    const created = { externalBusinessId: "created", connectedMerchantId: "11", connectedTagId: "31" };
    const updated = { externalBusinessId: "updated", connectedMerchantId: "11", connectedTagId: "31" };

    beforeAll(async () => {
      lab = await Lab.open({ providerType });
      lab.program({ updated });
      await lab.up();
      lab.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
      lab.program({ created, updated: { ...updated, connectedMerchantId: "12", connectedTagId: "32" } });
      failed = await lab.upFails();
    });

    afterAll(() => lab.close());

    test.each([
      ["creating", "created"],
      ["updating", "updated"],
    ])("fails %s the integration, and the message names the field", (verb, id) => {
      const lines = failed.output.split("\n").filter((line) => line.includes(`${verb} integration '${id}'`));
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        expect(line).toContain("ignored `connectedTagId`.");
        expect(line).not.toContain("connectedMerchantId");
      }
    });

    test("stores Pinterest's values in state", () => {
      const state = lab.state();
      expect(state.created?.outputs).toMatchObject({
        externalBusinessId: "created",
        connectedMerchantId: "11",
      });
      expect(state.created?.outputs).not.toHaveProperty("connectedTagId");
      expect(state.updated?.outputs).toMatchObject({ connectedMerchantId: "12", connectedTagId: "31" });
      for (const resource of [state.created, state.updated]) {
        expect(resource?.initErrors?.join()).toContain("connectedTagId");
      }
    });

    test("is the only field that the next update sends", async () => {
      lab.emulator.setSwitches({ ignoredFields: [] });
      lab.emulator.clearRequests();
      await lab.up();
      expect(lab.written("created")).toEqual([["PATCH", { connected_tag_id: "31" }]]);
      expect(lab.written("updated")).toEqual([["PATCH", { connected_tag_id: "32" }]]);
      expect(lab.emulator.integration("created")).toMatchObject({
        connected_merchant_id: "11",
        connected_tag_id: "31",
      });
      expect(lab.emulator.integration("updated")).toMatchObject({
        connected_merchant_id: "12",
        connected_tag_id: "32",
      });
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });
});
