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
