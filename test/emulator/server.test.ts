import { Agent, createServer, get } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "@jest/globals";
import { startEmulator } from "../../emulator";
import { emulate } from "./helpers/emulate";

const portOf = (url: string) => Number(new URL(url).port);

const connectionError = (host: string, port: number) =>
  new Promise<string | undefined>((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(undefined);
    }).on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });

test("uses the given port, and fails if it is in use", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const { port } = blocker.address() as AddressInfo;
  await expect(startEmulator({ port })).rejects.toThrow(`port ${port} is in use`);
  await new Promise((resolve) => blocker.close(resolve));
  expect(portOf((await emulate({ port })).emulator.url)).toBe(port);
});

test("listens only on 127.0.0.1", async () => {
  const { emulator } = await emulate();
  const port = portOf(emulator.url);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map(({ address }) => address);
  expect(await connectionError("127.0.0.1", port)).toBeUndefined();
  // On Linux, 127.0.0.2 is also this machine. A server that listens only on 127.0.0.1 rejects connections to it.
  for (const host of [...others, ...(process.platform === "linux" ? ["127.0.0.2"] : [])]) {
    expect([host, await connectionError(host, port)]).toEqual([host, "ECONNREFUSED"]);
  }
});

test("closes idle connections when it stops, and frees the port", async () => {
  const emulator = await startEmulator();
  const agent = new Agent({ keepAlive: true });
  const response = await new Promise<number | undefined>((resolve, reject) => {
    get(`${emulator.url}/integrations`, { agent }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    }).on("error", reject);
  });
  expect(response).toBe(401);
  await emulator.stop();
  expect(await connectionError("127.0.0.1", portOf(emulator.url))).toBe("ECONNREFUSED");
  agent.destroy();
});
