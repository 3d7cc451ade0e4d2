import { expect, jest, test } from "@jest/globals";
import { exitWithEngine } from "../../provider/run/engine-lifetime";
import { FakeEngine } from "./helpers/fake-engine";

// In its own file, because watches of other tests continue in their process.
test.each([
  [
    "at once after a long connection was closed, because no request may be sent after the engine exits",
    501,
    [],
  ],
  ["after a pause if the connection was closed at once", 500, [500]],
])("reconnects %s", async (_what, durationMs, pauses) => {
  const reconnected = Promise.withResolvers<void>();
  const timers = jest.spyOn(globalThis, "setTimeout").mockImplementation(((action: () => void) => ({
    unref: () => setImmediate(action),
  })) as never);
  const now = jest.spyOn(performance, "now");
  let engine: FakeEngine | undefined;
  try {
    engine = await FakeEngine.start((socket, number) =>
      number === 1 ? socket.destroy() : reconnected.resolve(),
    );
    let time = 0;
    now.mockImplementation(() => (time += durationMs));
    exitWithEngine(engine.address, () => {});
    await reconnected.promise;
    expect(timers.mock.calls.map(([, milliseconds]) => milliseconds)).toEqual(pauses);
  } finally {
    timers.mockRestore();
    now.mockRestore();
    await engine?.stop();
  }
});
