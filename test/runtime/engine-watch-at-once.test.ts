import { expect, jest, test } from "@jest/globals";
import { exitWithEngine } from "../../provider/runtime/engine-lifetime";
import { FakeEngine } from "./helpers/fake-engine";

// Apart from the other tests, whose watches go on in their process.
test("reconnects at once after a long connection was closed, because no request may be sent after the engine's end", async () => {
  const again = Promise.withResolvers<void>();
  const timers = jest.spyOn(globalThis, "setTimeout");
  let engine: FakeEngine | undefined;
  try {
    engine = await FakeEngine.start((socket, number) => (number === 1 ? socket.destroy() : again.resolve()));
    timers.mockClear();
    let time = 0;
    exitWithEngine(
      engine.address,
      () => {},
      () => (time += 1000),
    );
    await again.promise;
    expect(timers.mock.calls.map(([, milliseconds]) => milliseconds)).toEqual([]);
  } finally {
    timers.mockRestore();
    await engine?.stop();
  }
});
