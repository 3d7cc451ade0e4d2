import { expect } from "@jest/globals";
import { error, type Step, scenarios, some } from "./helpers/scenarios";

type Write = readonly [request: string, body: object];

const POST = "POST /integrations/commerce";
const UPDATE = "PATCH /integrations/commerce/a";
const CHANGE: Write = [UPDATE, { scopes: "a" }];
const create = (id: string): Step => [POST, { external_business_id: id }, 200];
const update = (status: number): Step => [...CHANGE, status];
const tooSoon = error(8, "multiple write operations");

/** Sends an update and, while it is in progress, the update again and a create. Expects their statuses, in the order of the responses. */
const overlapping =
  (...statuses: readonly number[]): Step =>
  async ({ emulator, send }) => {
    const received: number[] = [];
    const write = async ([request, body]: Write) => received.push((await send(request, { body })).status);
    const stop = emulator.onRequest(async () => {
      stop();
      await write(CHANGE);
      await write([POST, { external_business_id: "b" }]);
    });
    await write(CHANGE);
    expect(received).toEqual(statuses);
  };

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
  "rejects a write while another one is in progress, also with a time of 0": [
    { switches: { writeSpacing: 0 } },
    create("a"),
    overlapping(429, 200, 200),
    update(200),
  ],
});
