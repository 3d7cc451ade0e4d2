import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { temporaryDirectory } from "../../temporary-directory";
import { startChild } from "../helpers/child";
import { respondWith, serve } from "../helpers/server";
import { tokenResponse } from "./helpers/refresh-token";

// Child processes and hundreds of accounts are slow on a busy machine.
jest.setTimeout(60_000);

const isExchange = ({ url }: { url: string }) => url === "/v5/oauth/token";

/** An API without integrations, with the given handler as token endpoint. */
async function api(exchange: Parameters<typeof serve>[0]) {
  return await serve((request, response) => {
    if (isExchange(request)) exchange(request, response);
    else respondWith(200, { items: [] })(request, response);
  });
}

function environment(apiUrl: string, directory: string): Record<string, string> {
  return {
    PINTEREST_API_URL: apiUrl,
    PINTEREST_REFRESH_TOKEN: "pinr_5ecret0",
    PINTEREST_APP_ID: "1",
    PINTEREST_APP_SECRET: "5ecret",
    PINTEREST_TOKEN_FILE: join(directory, "tokens.json"),
  };
}

/**
 * Runs JavaScript in a child process. There, `clients()` creates the clients that the environment configures, and `started` resolves with the
 * first data on standard input.
 */
const start = (script: string, variables: Record<string, string>) =>
  startChild(
    "config",
    `const { Clients, readConfiguration } = pinterest;
     const clients = () => new Clients(readConfiguration(() => undefined, { environment: process.env, declaredIn: "program" }));
     const started = new Promise((resolve) => process.stdin.once("data", resolve));
     ${script}
     process.exit();`,
    variables,
  );

const listing = "await clients().client(undefined).listIntegrations(); console.log('listed');";

test("two processes share one exchange", async () => {
  const directory = temporaryDirectory();
  const exchangeStarted = Promise.withResolvers<void>();
  const bothWaiting = Promise.withResolvers<void>();
  let exchanges = 0;
  const server = await api((request, response) => {
    exchanges += 1;
    exchangeStarted.resolve();
    // Sends the response when both processes need the token.
    void bothWaiting.promise.then(() =>
      respondWith(200, tokenResponse(exchanges, { refresh_token: "pinr_5ecret1" }))(request, response),
    );
  });
  const script = `
    console.log('ready');
    await started;
    const listed = (async () => { ${listing} })();
    setImmediate(() => console.log('asked'));
    await listed;`;
  const children = [1, 2].map(() => start(script, environment(server.apiUrl, directory)));
  for (const child of children) {
    expect(await child.line()).toBe("ready");
    child.process.stdin?.write("go\n");
    expect(await child.line()).toBe("asked");
  }
  await exchangeStarted.promise;
  bothWaiting.resolve();
  for (const child of children) expect(await child.line()).toBe("listed");
  expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0]);
  expect(exchanges).toBe(1);
  expect(
    server.requests.filter((request) => !isExchange(request)).map(({ headers }) => headers.authorization),
  ).toEqual(["Bearer pina_a1", "Bearer pina_a1"]);
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
});

test("a process that is killed during its exchange does not block others", async () => {
  const directory = temporaryDirectory();
  const first = Promise.withResolvers<void>();
  let exchanges = 0;
  const server = await api((request, response) => {
    exchanges += 1;
    if (exchanges === 1) first.resolve();
    else respondWith(200, tokenResponse(exchanges))(request, response);
  });
  const killed = start(listing, environment(server.apiUrl, directory));
  await first.promise;
  killed.process.kill("SIGKILL");
  await killed.ended;
  // A minute without a heartbeat passes in a few milliseconds.
  const fast = "const { now } = performance; performance.now = () => now.call(performance) * 10_000;";
  const next = start(fast + listing, environment(server.apiUrl, directory));
  expect(await next.line()).toBe("listed");
  await next.ended;
  expect(exchanges).toBe(2);
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
  expect(readFileSync(join(directory, "tokens.json"), "utf8")).toContain("pina_a2");
});
