import { expect, jest, test } from "@jest/globals";
import { exitWithEngine } from "../../provider/run/engine-lifetime";
import { FakeEngine } from "./helpers/fake-engine";

// In its own file, because watches of other tests continue in their process.

/** The pauses before the provider connects again to an engine that has closed a connection after this time, in milliseconds. */
async function pausesAfter(connectedMs: number): Promise<(number | undefined)[]> {
  const reconnected = Promise.withResolvers<void>();
  // Each timer ends at once, and each reading of the time is later by the duration of the connection.
  const timers = jest.spyOn(globalThis, "setTimeout").mockImplementation(((action: () => void) => ({
    unref: () => setImmediate(action),
  })) as never);
  let time = 0;
  const now = jest.spyOn(performance, "now").mockImplementation(() => (time += connectedMs));
  const engine = await FakeEngine.start((socket, number) =>
    number === 1 ? socket.destroy() : reconnected.resolve(),
  );
  try {
    exitWithEngine(engine.address, () => {});
    await reconnected.promise;
    return timers.mock.calls.map(([, milliseconds]) => milliseconds);
  } finally {
    timers.mockRestore();
    now.mockRestore();
    await engine.stop();
  }
}

test("reconnects at once after a long connection, because no request may be sent after the engine exits", async () => {
  expect(await pausesAfter(501)).toEqual([]);
});

test("reconnects after a pause if the connection was closed within 500 ms", async () => {
  expect(await pausesAfter(500)).toEqual([500]);
});
