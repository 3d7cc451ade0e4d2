import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { call, type Host, hasHost, runRequest, startEngine, startHost } from "./host-process";
import { Sandbox } from "./sandbox";

// Starting processes takes seconds on a busy machine.
jest.setTimeout(60_000);

/** A program that prints its process ID and then runs forever. */
const endless = "console.log(process.pid); setInterval(() => {}, 1000);";

(hasHost ? describe : describe.skip)("the Node.js language host", () => {
  let sandbox: Sandbox;
  let engine: Awaited<ReturnType<typeof startEngine>>;
  let host: Host;
  beforeEach(async () => {
    sandbox = new Sandbox();
    engine = await startEngine();
    host = await startHost(sandbox, engine.address);
  });
  afterEach(async () => {
    await host.close();
    engine.kill();
    sandbox.remove();
  });

  /** Starts the endless program. Resolves when it runs, with its process ID and a promise of the call's outcome. */
  async function runEndless() {
    const line = once(host.lines, "line");
    const outcome = call(host, "run", runRequest(sandbox, endless)).then(
      (response) => response.getError(),
      () => "the call was cut off",
    );
    return { pid: Number((await line)[0]), outcome };
  }

  function isRunning(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }

  test("stops the running program on Cancel", async () => {
    const { pid, outcome } = await runEndless();
    await call(host, "cancel", new Empty());
    expect(isRunning(pid)).toBe(false);
    expect(await outcome).toBe("Program ended: signal: terminated");
  });

  test("exits with the engine, and stops the program", async () => {
    const { pid } = await runEndless();
    const exited = once(host.process, "exit");
    engine.kill();
    expect(await exited).toEqual([0, null]);
    expect(isRunning(pid)).toBe(false);
  });
});
