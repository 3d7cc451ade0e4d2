import { expect, test } from "@jest/globals";
import type { Emulator } from "../../emulator";
import { emulate, sendTo } from "./helpers/emulate";

const CREATE = ["POST /integrations/commerce", { body: { external_business_id: "shop" } }] as const;

/** Resolves when this number of requests is delayed. */
async function untilHeld(emulator: Emulator, count: number): Promise<void> {
  while (emulator.held() < count) await new Promise((resolve) => setImmediate(resolve));
}

test("executes a delayed request after its release", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "slow", operation: "create" });
  const sending = send(...CREATE);
  await untilHeld(emulator, 1);
  expect(emulator.integrations()).toEqual([]);
  expect(emulator.requests()).toMatchObject([{ status: null, fault: "slow" }]);
  emulator.release();
  expect(await sending).toMatchObject({ status: 200 });
  expect(emulator.held()).toBe(0);
  expect(emulator.integrations()).toHaveLength(1);
});

test("delays only the response with commit", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "slow", operation: "create", commit: true });
  const sending = send(...CREATE);
  await untilHeld(emulator, 1);
  expect(emulator.integrations()).toHaveLength(1);
  emulator.remove("shop");
  emulator.release();
  expect(await sending).toMatchObject({ status: 200, body: { external_business_id: "shop" } });
});

test("ends the delay after `ms`", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "slow", ms: 1 });
  expect(await send(...CREATE)).toMatchObject({ status: 200 });
});

test("executes a released write whose client has disconnected", async () => {
  const { emulator } = await emulate();
  emulator.armFault({ kind: "slow" });
  const controller = new AbortController();
  const sending = fetch(`${emulator.url}/integrations/commerce`, {
    method: "POST",
    headers: { authorization: `Bearer ${emulator.token()}`, "content-type": "application/json" },
    body: JSON.stringify(CREATE[1].body),
    signal: controller.signal,
  });
  await untilHeld(emulator, 1);
  controller.abort();
  await expect(sending).rejects.toThrow("aborted");
  const responded = new Promise<void>((resolve) => void emulator.onResponse(() => resolve()));
  emulator.release();
  await responded;
  expect(emulator.integrations()).toHaveLength(1);
});

test("releases the requests of one fault, also over HTTP", async () => {
  const { send, emulator } = await emulate();
  const admin = (request: string) => sendTo(emulator.administrationUrl, request);
  const { number } = emulator.armFault({ kind: "slow", operation: "create" });
  emulator.armFault({ kind: "slow", operation: "list" });
  const creating = send(...CREATE);
  const listing = send("GET /integrations");
  await untilHeld(emulator, 2);
  expect(await admin(`DELETE /held/${number}`)).toMatchObject({ status: 204 });
  expect(await creating).toMatchObject({ status: 200 });
  expect((await admin("GET /held")).body).toEqual({ held: 1 });
  expect(await admin("DELETE /held")).toMatchObject({ status: 204 });
  expect((await listing).body.items).toHaveLength(1);
});

test("does not wait for delayed requests in a reset or stop", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "slow" });
  const first = send("GET /integrations");
  await untilHeld(emulator, 1);
  emulator.reset();
  expect(await first).toMatchObject({ status: 200 });
  emulator.armFault({ kind: "slow" });
  const second = send("GET /integrations").catch(() => "cut off");
  await untilHeld(emulator, 1);
  await emulator.stop();
  await second;
  expect(emulator.held()).toBe(0);
});
