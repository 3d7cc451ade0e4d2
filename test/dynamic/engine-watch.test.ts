import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { endWithEngine } from "../../provider/dynamic/engine-watch";

/** A server in the place of an engine, which says nothing to those who connect. */
class Engine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(onConnection: (socket: Socket, number: number) => void) {
    let count = 0;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      count += 1;
      onConnection(socket, count);
    });
  }

  static async start(onConnection: (socket: Socket, number: number) => void = () => {}): Promise<Engine> {
    const engine = new Engine(onConnection);
    engines.push(engine);
    await new Promise<void>((resolve) => engine.#server.listen(0, "127.0.0.1", resolve));
    return engine;
  }

  get address(): string {
    const at = this.#server.address();
    return `127.0.0.1:${typeof at === "object" && at !== null ? at.port : 0}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}

const engines: Engine[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
});

test("a process ends when its engine's address is gone", async () => {
  const connected = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  const engine = await Engine.start(() => connected.resolve());
  endWithEngine(engine.address, () => ended.resolve("ended"));
  await connected.promise;
  await engine.stop();
  expect(await ended.promise).toBe("ended");
});

test("it lives on when the connection is dropped while the address lives, and watches again", async () => {
  const again = Promise.withResolvers<void>();
  let ended = false;
  const engine = await Engine.start((socket, number) => {
    if (number === 1) socket.destroy();
    else if (number === 2) socket.resetAndDestroy();
    else again.resolve();
  });
  endWithEngine(engine.address, () => {
    ended = true;
  });
  await again.promise;
  expect(ended).toBe(false);
});

test("an address that is gone from the start ends it, written as a URL too", async () => {
  const engine = await Engine.start();
  const { address } = engine;
  await engine.stop();
  const ended = Promise.withResolvers<string>();
  endWithEngine(`http://${address}`, () => ended.resolve("ended"));
  expect(await ended.promise).toBe("ended");
});

test.each(["", "engine", "127.0.0.1", "127.0.0.1:port"])(
  "with %j for an address nothing is watched",
  (address) => {
    let ended = false;
    endWithEngine(address, () => {
      ended = true;
    });
    expect(ended).toBe(false);
  },
);
