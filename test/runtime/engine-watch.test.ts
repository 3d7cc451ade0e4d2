import { afterEach, expect, test } from "@jest/globals";
import { exitWithEngine } from "../../provider/runtime/engine-lifetime";
import { FakeEngine } from "./helpers/fake-engine";

const engines: FakeEngine[] = [];

async function start(...args: Parameters<typeof FakeEngine.start>): Promise<FakeEngine> {
  const engine = await FakeEngine.start(...args);
  engines.push(engine);
  return engine;
}

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
});

test("a process ends when its engine's address is gone", async () => {
  const connected = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  const engine = await start(() => connected.resolve());
  exitWithEngine(engine.address, () => ended.resolve("ended"));
  await connected.promise;
  await engine.stop();
  expect(await ended.promise).toBe("ended");
});

test("it lives on when the connection is dropped while the address lives, and watches again", async () => {
  const again = Promise.withResolvers<void>();
  const engine = await start((socket, number) => {
    if (number === 1) socket.destroy();
    else if (number === 2) socket.resetAndDestroy();
    else again.resolve();
  });
  exitWithEngine(engine.address, () => again.reject(new Error("the process ended")));
  await expect(again.promise).resolves.toBeUndefined();
});

test("an address that is gone from the start ends it, written as a URL too", async () => {
  const engine = await start();
  const { address } = engine;
  await engine.stop();
  const ended = Promise.withResolvers<string>();
  exitWithEngine(`http://${address}`, () => ended.resolve("ended"));
  expect(await ended.promise).toBe("ended");
});

test.each(["", "engine", "127.0.0.1", "127.0.0.1:port"])(
  "with %j for an address nothing is watched",
  (address) => {
    let ended = false;
    exitWithEngine(address, () => {
      ended = true;
    });
    expect(ended).toBe(false);
  },
);
