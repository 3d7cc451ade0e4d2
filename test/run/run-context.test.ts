import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import type { RequestGate } from "../../provider/api";
import {
  formatRunContext,
  hostOf,
  parseRunContext,
  programContext,
  type RunContext,
  runContextVariable,
} from "../../provider/run/run-context";
import { failureOf } from "../api/helpers/client";
import { fake } from "../api/helpers/fake-client";
import { VirtualClock } from "../api/helpers/virtual-clock.mts";
import { temporaryDirectory } from "../temporary-directory";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test("a context passes through the environment unchanged", () => {
  const context: RunContext = {
    declaredIn: "merchant list",
    baseDirectory: "/fleet",
    requestLimiter: "/fleet/socket",
    observe: { file: "/tmp/observed", reads: true },
  };
  expect(parseRunContext(formatRunContext(context))).toEqual(context);
});

test.each([{}, { [runContextVariable]: "" }])("without a command, %j is that of a program", (environment) => {
  expect(parseRunContext(environment)).toEqual(programContext);
  expect(hostOf({ environment, context: programContext })).toEqual({ environment, declaredIn: "program" });
});

test.each([
  ["{", "it is not a JSON object"],
  ["{}", '`declaredIn` must be "program" or "merchant list"'],
  ['{"declaredIn":"program","baseDirectory":1}', "`baseDirectory` must be a string"],
  ['{"declaredIn":"program","requestLimiter":true}', "`requestLimiter` must be a string"],
  ['{"declaredIn":"program","observe":{}}', "`observe.file` must be a string"],
  [
    '{"declaredIn":"program","observe":{"file":"f","reads":"yes"}}',
    "the requests in `observe` must be true or false",
  ],
])("refuses the value %s with the problem and the next step", (value, problem) => {
  expect(() => parseRunContext({ [runContextVariable]: value })).toThrow(
    `cannot read the run context in PINTEREST_RUN_CONTEXT: ${problem}. Unset the variable: only commands of pulumi-pinterest set it.`,
  );
});

/** The request gate of a process in a fleet whose worker sends this response. */
async function gateAt(listener: RequestListener): Promise<RequestGate> {
  const socket = join(temporaryDirectory(), "limiter");
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return hostOf({ environment: {}, context: { ...programContext, requestLimiter: socket } })
    .gate as RequestGate;
}

/** A client of the fake API that sends requests through this gate. While it waits for the worker, the virtual clock stands still. */
function clientBehind(gate: RequestGate) {
  const clock = new VirtualClock();
  return fake(undefined, { clock, gate: { ...gate, wait: (signal) => clock.track(gate.wait(signal)) } });
}

test("sends a request when the fleet's worker admits it, on one connection", async () => {
  /** The method of each request to the worker, and the number of requests to the API before it. */
  const received: [method: string | undefined, sent: number][] = [];
  const sockets = new Set<unknown>();
  const gate = await gateAt(({ method, socket }, response) => {
    received.push([method, api.requests.length]);
    sockets.add(socket);
    response.writeHead(204).end();
  });
  const { api, client, clock } = clientBehind(gate);
  for (let count = 0; count < 3; count += 1) await clock.run(client.listIntegrations());
  expect(received).toEqual([
    ["POST", 0],
    ["POST", 1],
    ["POST", 2],
  ]);
  expect(sockets.size).toBe(1);
});

test.each([
  [500, "the limit is broken", "the limit is broken"],
  [503, "", "HTTP status 503"],
])("fails without a request if the worker responds with %d %j", async (status, text, reason) => {
  const gate = await gateAt((_request, response) => response.writeHead(status).end(text));
  const { api, client, clock } = clientBehind(gate);
  const error = await clock.run(failureOf(client.listIntegrations(), "connection"));
  expect(error.outcome).toBe("never-sent");
  expect(error.summary).toBe(`could not connect to the fleet's request limit: ${reason}`);
  expect(error.isTransient).toBe(false);
  expect(api.requests).toEqual([]);
});

test("stops waiting for the worker if the operation is canceled", async () => {
  const canceled = new AbortController();
  const gate = await gateAt(() => canceled.abort());
  const { api, client, clock } = clientBehind(gate);
  const call = client.listIntegrations({}, { signal: canceled.signal });
  const error = await clock.run(failureOf(call, "aborted"));
  expect(error.message).toContain("canceled while waiting for the fleet's request limit");
  expect(api.requests).toEqual([]);
});
