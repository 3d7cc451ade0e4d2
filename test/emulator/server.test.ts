import { Agent, createServer, get } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "@jest/globals";
import { startEmulator } from "../../emulator";
import { emulate } from "./helpers/emulate";

// Taken before the first emulator of this file starts.
const globals = { fetch, Request, Response };

const portOf = (url: string) => Number(new URL(url).port);

const connectionError = (host: string, port: number) =>
  new Promise<string | undefined>((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(undefined);
    }).on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });

test("it takes any free port, so that several run side by side", async () => {
  const [one, other] = await Promise.all([emulate(), emulate()]);
  expect(one.emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v5$/);
  expect(one.emulator.url).not.toBe(other.emulator.url);
});

test("it takes the port that it is given, and says so when that is in use", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const { port } = blocker.address() as AddressInfo;
  await expect(startEmulator({ port })).rejects.toThrow(`port ${port} is in use`);
  await new Promise((resolve) => blocker.close(resolve));
  expect(portOf((await emulate({ port })).emulator.url)).toBe(port);
});

test("it is reached by the loopback address and no other", async () => {
  const { emulator } = await emulate();
  const port = portOf(emulator.url);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map(({ address }) => address);
  expect(await connectionError("127.0.0.1", port)).toBeUndefined();
  // 127.0.0.2 is the same machine on Linux, and refused only by a server bound to 127.0.0.1 alone.
  for (const host of [...others, ...(process.platform === "linux" ? ["127.0.0.2"] : [])]) {
    expect([host, await connectionError(host, port)]).toEqual([host, "ECONNREFUSED"]);
  }
});

test("stopping ends connections that a client keeps alive, and the port is free again", async () => {
  const emulator = await startEmulator();
  const agent = new Agent({ keepAlive: true });
  const response = await new Promise<number | undefined>((resolve, reject) => {
    get(`${emulator.url}/integrations`, { agent }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
    }).on("error", reject);
  });
  expect(response).toBe(401);
  await emulator.stop();
  expect(await connectionError("127.0.0.1", portOf(emulator.url))).toBe("ECONNREFUSED");
  agent.destroy();
});

test("stopping twice is stopping", async () => {
  const emulator = await startEmulator();
  await emulator.stop();
  await expect(emulator.stop()).resolves.toBeUndefined();
});

test("the caller's fetch and its Request and Response stay its own", async () => {
  await emulate();
  expect({ fetch, Request, Response }).toEqual(globals);
});

test("dates its answers by its own clock", async () => {
  const emulator = await startEmulator({ now: () => Date.UTC(2030, 0, 1) });
  try {
    const { headers } = await fetch(`${emulator.url}/integrations`);
    expect(headers.get("date")).toBe("Tue, 01 Jan 2030 00:00:00 GMT");
  } finally {
    await emulator.stop();
  }
});
