import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import {
  baseDirectory,
  baseDirectoryVariable,
  type RequestGate,
  requestLimiterVariable,
  runByFleetVariable,
  sharedRequestGate,
  updateCommand,
  withBaseDirectory,
} from "../../provider/api/fleet-environment";
import { temporaryDirectory } from "../temporary-directory";
import { failureOf } from "./helpers/client";
import { fake } from "./helpers/fake-client";

const servers: Server[] = [];
afterEach(() => {
  for (const name of [runByFleetVariable, baseDirectoryVariable, requestLimiterVariable])
    delete process.env[name];
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test.each([
  [undefined, "pulumi up"],
  ["false", "pulumi up"],
  ["true", "npx pulumi-pinterest fleet up"],
])("the command that deploys, if the fleet variable is %s: %s", (value, command) => {
  if (value !== undefined) process.env[runByFleetVariable] = value;
  expect(updateCommand()).toBe(command);
});

test("relative paths are relative to the directory of the action, of the fleet, or of the process", () => {
  expect(baseDirectory()).toBe(process.cwd());
  process.env[baseDirectoryVariable] = "";
  expect(baseDirectory()).toBe(process.cwd());
  process.env[baseDirectoryVariable] = "/fleet";
  expect(baseDirectory()).toBe("/fleet");
  expect(withBaseDirectory("/action", baseDirectory)).toBe("/action");
});

/** The request gate of a process in a fleet whose worker sends this response. */
async function gateAt(answer: RequestListener): Promise<RequestGate> {
  const socket = join(temporaryDirectory(), "limiter");
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  process.env[requestLimiterVariable] = socket;
  return sharedRequestGate() as RequestGate;
}

test("there is no gate outside of a fleet", () => {
  expect(sharedRequestGate()).toBeUndefined();
  process.env[requestLimiterVariable] = "";
  expect(sharedRequestGate()).toBeUndefined();
});

test("sends a request when the fleet's worker admits it, on one connection", async () => {
  const received: unknown[] = [];
  const sockets = new Set<unknown>();
  const gate = await gateAt(({ method, socket }, response) => {
    received.push([method, api.requests.length]);
    sockets.add(socket);
    response.writeHead(204).end();
  });
  const { api, client, clock } = fake(undefined, { gate: (signal) => clock.track(gate(signal)) });
  for (let count = 0; count < 3; count += 1) await clock.run(client.listIntegrations());
  expect(received).toEqual([0, 1, 2].map((sent) => ["POST", sent]));
  expect(sockets.size).toBe(1);
});

test.each([
  [500, "the limit is broken", "the limit is broken"],
  [503, "", "answer 503"],
])("fails without a request if the worker answers %d %j", async (status, text, reason) => {
  const gate = await gateAt((_request, response) => response.writeHead(status).end(text));
  const { api, client, clock } = fake(undefined, { gate: (signal) => clock.track(gate(signal)) });
  const error = await clock.run(failureOf(client.listIntegrations(), "connection"));
  expect(error.outcome).toBe("never-sent");
  expect(error.summary).toBe(`could not connect to the fleet's request limit: ${reason}`);
  expect(error.isTransient).toBe(false);
  expect(api.requests).toEqual([]);
});

test("stops waiting for the worker if the operation is canceled", async () => {
  const canceled = new AbortController();
  const gate = await gateAt(() => canceled.abort());
  const { api, client, clock } = fake(undefined, { gate: (signal) => clock.track(gate(signal)) });
  const call = client.listIntegrations({}, { signal: canceled.signal });
  const error = await clock.run(failureOf(call, "aborted"));
  expect(error.message).toContain("canceled while waiting for the fleet's request limit");
  expect(api.requests).toEqual([]);
});
