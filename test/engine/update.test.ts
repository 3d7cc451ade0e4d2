import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Integration } from "../../emulator";
import { Lab } from "./helpers/lab";
import { argumentsWith, connectedIds, everyField, type FieldCase } from "./helpers/values";

let lab: Lab;
let before: Map<string, Integration>;

const alone = ({ name }: FieldCase) => `alone-${name}`;

beforeAll(async () => {
  lab = await Lab.open();
  const declare = (changed: (fields: readonly FieldCase[]) => readonly FieldCase[], merchant: string) => ({
    ...Object.fromEntries(
      everyField.map((field) => [alone(field), argumentsWith(alone(field), changed([field]))]),
    ),
    several: argumentsWith("several", changed(connectedIds)),
    unchanged: argumentsWith("unchanged"),
    partial: { externalBusinessId: "partial", connectedMerchantId: merchant },
  });
  lab.program(declare(() => [], "11"));
  await lab.up();
  lab.emulator.change("partial", { connected_advertiser_id: "99", partner_metadata: "theirs" });
  before = new Map(lab.emulator.integrations().map((held) => [held.external_business_id, held]));
  lab.emulator.clearRequests();
  lab.program(declare((fields) => fields, "12"));
  await lab.up();
});

afterAll(() => lab.close());

test.each(everyField)("a changed $name is sent alone, and nothing else changes at Pinterest", (field) => {
  const id = alone(field);
  expect(lab.written(id)).toEqual([["PATCH", { [field.wire]: field.after }]]);
  expect(lab.emulator.integration(id)).toEqual({
    ...before.get(id),
    [field.wire]: field.after,
    updated_timestamp: expect.any(Number),
  });
});

test("several connected ids that change at once are sent in one request", () => {
  const changes = Object.fromEntries(connectedIds.map(({ wire, after }) => [wire, after]));
  expect(lab.written("several")).toEqual([["PATCH", changes]]);
  expect(lab.emulator.integration("several")).toMatchObject(changes);
});

test("an integration that does not change is left alone, without a single request", () => {
  const names = lab.emulator.requests().map((request) => request.external_business_id);
  expect(names).toContain("several");
  expect(names).not.toContain("unchanged");
  expect(lab.emulator.integration("unchanged")).toEqual(before.get("unchanged"));
});

test("what others set in fields that the program does not manage survives an update", () => {
  expect(lab.written("partial")).toEqual([["PATCH", { connected_merchant_id: "12" }]]);
  expect(lab.emulator.integration("partial")).toMatchObject({
    connected_advertiser_id: "99",
    partner_metadata: "theirs",
  });
});

test("state holds every new value, and a refreshed preview after all these updates is empty", async () => {
  const state = await lab.state();
  const shown = everyField.filter(({ secret }) => secret !== true);
  expect(
    Object.fromEntries(shown.map((field) => [field.name, state[alone(field)]?.outputs?.[field.name]])),
  ).toEqual(Object.fromEntries(shown.map(({ name, after }) => [name, after])));
  expect(await lab.previewExit("--refresh")).toBe(0);
});
