import { expect } from "@jest/globals";
import { error, type Step, scenarios, some } from "./helpers/scenarios";

const create = (id: string): Step => ["POST /integrations/commerce", { external_business_id: id }, 200];
const UPDATE = "PATCH /integrations/commerce/a";
const update = (status: number): Step => [UPDATE, { scopes: "a" }, status];
const tooSoon = error(8, "multiple write operations");

scenarios({
  "rejects a second write to the same integration within the time": [
    { switches: { writeSpacing: 500 } },
    create("a"),
    { waitMs: 499 },
    [UPDATE, { scopes: "a" }, 429, tooSoon],
    ["DELETE /integrations/commerce/a", 429, tooSoon],
    create("b"),
    ["GET /integrations/commerce/a", 200, some({ scopes: "" })],
    { waitMs: 1 },
    update(200),
  ],
  "does not count a rejected write": [
    { switches: { writeSpacing: 500 } },
    create("a"),
    { waitMs: 400 },
    update(429),
    { waitMs: 100 },
    [UPDATE, [], 400, error(1)],
    update(200),
  ],
  "rejects a write while another one is in progress, also with a time of 0": [
    { switches: { writeSpacing: 0 } },
    create("a"),
    async ({ emulator, send }) => {
      const statuses: number[] = [];
      const stop = emulator.onRequest(async () => {
        stop();
        statuses.push((await send(UPDATE, { body: {} })).status);
        statuses.push((await send("PATCH /integrations/commerce/b", { body: {} })).status);
      });
      statuses.push((await send(UPDATE, { body: {} })).status);
      expect(statuses).toEqual([429, 404, 200]);
    },
    update(200),
  ],
  "accepts all writes if the switch is off": [
    create("a"),
    async ({ emulator, send }) => {
      const statuses: number[] = [];
      const stop = emulator.onAnswer(async () => {
        stop();
        statuses.push((await send(UPDATE, { body: {} })).status);
      });
      statuses.push((await send(UPDATE, { body: {} })).status);
      expect(statuses).toEqual([200, 200]);
    },
  ],
});
