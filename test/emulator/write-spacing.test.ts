import { expect, test } from "@jest/globals";
import type { Switches } from "../../emulator";
import { emulate } from "./helpers/emulate";

async function startWithSpacing(switches: Partial<Switches>) {
  const clock = { now: 1_700_000_000_000 };
  const { emulator, send } = await emulate({ now: () => clock.now, switches });
  const create = async (id: string) =>
    (await send("POST /integrations/commerce", { body: { external_business_id: id } })).status;
  const update = async (id: string) =>
    (await send(`PATCH /integrations/commerce/${id}`, { body: { scopes: "a" } })).status;
  return { emulator, send, clock, create, update };
}

test("rejects a second write to the same integration within the time", async () => {
  const { send, create, update, clock } = await startWithSpacing({ writeSpacing: 500 });
  expect(await create("a")).toBe(200);
  clock.now += 499;
  expect(await update("a")).toBe(429);
  expect(await send("DELETE /integrations/commerce/a")).toMatchObject({ status: 429, body: { code: 8 } });
  expect(await create("b")).toBe(200);
  expect(await send("GET /integrations/commerce/a")).toMatchObject({
    status: 200,
    body: { scopes: "" },
  });
  clock.now += 1;
  expect(await update("a")).toBe(200);
});

test("does not count a rejected write", async () => {
  const { send, create, update, clock } = await startWithSpacing({ writeSpacing: 500 });
  await create("a");
  clock.now += 400;
  await update("a");
  clock.now += 100;
  expect(await send("PATCH /integrations/commerce/a", { body: [] })).toMatchObject({ status: 400 });
  expect(await update("a")).toBe(200);
});

test("rejects a write while another one is in progress, also with a time of 0", async () => {
  const { emulator, create, update } = await startWithSpacing({ writeSpacing: 0 });
  await create("a");
  const statuses: number[] = [];
  const stop = emulator.onRequest(async ({ operation }) => {
    if (operation !== "update") return;
    stop();
    statuses.push(await update("a"), await create("b"));
  });
  expect(await update("a")).toBe(200);
  expect(statuses).toEqual([429, 200]);
  expect(await update("a")).toBe(200);
});

test("accepts all writes if the switch is off", async () => {
  const { emulator, create, update } = await startWithSpacing({});
  await create("a");
  const stop = emulator.onAnswer(async () => {
    stop();
    expect(await update("a")).toBe(200);
  });
  expect(await update("a")).toBe(200);
});
