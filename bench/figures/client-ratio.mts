import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Figures } from "../results.mts";
import { jsonOf, script } from "./child.mts";

/**
 * What a request by the client takes over one by undici alone, on a server in a process of its own.
 * @param requests how many of each in a round
 */
export async function clientRatio(rounds: number, requests: number): Promise<Figures["clientRatio"]> {
  const server = spawn(process.execPath, [script("client-server.mts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [port] = await once(createInterface(server.stdout), "line");
    const result = await jsonOf(script("client.mts"), `http://127.0.0.1:${port}`, `${rounds}`, `${requests}`);
    return result as Figures["clientRatio"];
  } finally {
    server.stdin.end();
  }
}
