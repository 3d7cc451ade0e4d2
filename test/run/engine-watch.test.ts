import { afterEach, expect, test } from "@jest/globals";
import { exitWithEngine } from "../../provider/run/engine-lifetime";
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
  const exited = Promise.withResolvers<string>();
  const engine = await start(() => connected.resolve());
  exitWithEngine(engine.address, () => exited.resolve("exited"));
  await connected.promise;
  await engine.stop();
  expect(await exited.promise).toBe("exited");
});

test("exits if nothing listens at the start, also with a URL as address", async () => {
  const engine = await start();
  const { address } = engine;
  await engine.stop();
  const exited = Promise.withResolvers<string>();
  exitWithEngine(`http://${address}`, () => exited.resolve("exited"));
  expect(await exited.promise).toBe("exited");
});

test.each(["", "engine", "127.0.0.1", "127.0.0.1:port"])("ignores the address %j", (address) => {
  let exited = false;
  exitWithEngine(address, () => {
    exited = true;
  });
  expect(exited).toBe(false);
});
