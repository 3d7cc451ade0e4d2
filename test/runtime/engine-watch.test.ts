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

test("exits when the engine no longer listens", async () => {
  const connected = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  const engine = await start(() => connected.resolve());
  exitWithEngine(engine.address, () => ended.resolve("ended"));
  await connected.promise;
  await engine.stop();
  expect(await ended.promise).toBe("ended");
});

test("reconnects if the engine closes the connection", async () => {
  const again = Promise.withResolvers<void>();
  const engine = await start((socket, number) => {
    if (number === 1) socket.destroy();
    else if (number === 2) socket.resetAndDestroy();
    else again.resolve();
  });
  exitWithEngine(engine.address, () => again.reject(new Error("the process ended")));
  await expect(again.promise).resolves.toBeUndefined();
});

test("exits if nothing listens at the start, also with a URL as address", async () => {
  const engine = await start();
  const { address } = engine;
  await engine.stop();
  const ended = Promise.withResolvers<string>();
  exitWithEngine(`http://${address}`, () => ended.resolve("ended"));
  expect(await ended.promise).toBe("ended");
});

test.each(["", "engine", "127.0.0.1", "127.0.0.1:port"])("ignores the address %j", (address) => {
  let ended = false;
  exitWithEngine(address, () => {
    ended = true;
  });
  expect(ended).toBe(false);
});
