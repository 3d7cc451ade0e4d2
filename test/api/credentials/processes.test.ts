import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { temporaryDirectory } from "../../temporary-directory";
import { respondWith, serve } from "../helpers/server";
import { startChild } from "./helpers/child";
import { tokenResponse } from "./helpers/refresh-token";

// Child processes and hundreds of accounts are slow on a busy machine.
jest.setTimeout(60_000);

const isExchange = ({ url }: { url: string }) => url === "/v5/oauth/token";

/** Prints the memory that stays in use. The memory of the process depends on when garbage is collected. */
const printUsedMegabytes = `require("node:v8").setFlagsFromString("--expose-gc");
  require("node:vm").runInNewContext("gc")();
  console.log(Math.round(process.memoryUsage().heapUsed / 1e6));`;

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
  const script = `console.log('ready'); await started; const listed = (async () => { ${listing} })(); setImmediate(() => console.log('asked')); await listed;`;
  const children = [1, 2].map(() => startChild(script, environment(server.apiUrl, directory)));
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
  const killed = startChild(listing, environment(server.apiUrl, directory));
  await first.promise;
  killed.process.kill("SIGKILL");
  await killed.ended;
  // A minute without a heartbeat passes in a few milliseconds.
  const fast = "const { now } = performance; performance.now = () => now.call(performance) * 10_000;";
  const next = startChild(fast + listing, environment(server.apiUrl, directory));
  expect(await next.line()).toBe("listed");
  await next.ended;
  expect(exchanges).toBe(2);
  expect(readdirSync(directory)).toEqual(["tokens.json"]);
  expect(readFileSync(join(directory, "tokens.json"), "utf8")).toContain("pina_a2");
});

test("serves 500 accounts from one run of a command, with less than 40 MB of heap in use", async () => {
  const server = await api(respondWith(500, {}));
  const command = `let text = ""; process.stdin.on("data", (data) => { text += data; });
    process.stdin.on("end", () => console.log(JSON.stringify(Object.fromEntries(JSON.parse(text).accounts.map((name) => [name, "pina_of_" + name])))));`;
  const child = startChild(
    `const all = clients();
     const names = Array.from({ length: 500 }, (_, index) => "shop-" + index);
     for (const name of names) all.expect(name);
     await Promise.all(names.map((name) => all.client(name).listIntegrations()));
     ${printUsedMegabytes}`,
    {
      PINTEREST_API_URL: server.apiUrl,
      PINTEREST_ACCOUNT_COMMAND: JSON.stringify([process.execPath, "-e", command]),
    },
  );
  const megabytes = Number(await child.line());
  expect(megabytes).toBeLessThan(40);
  expect(new Set(server.requests.map(({ headers }) => headers.authorization)).size).toBe(500);
});

test("saves the tokens of 500 refresh tokens, with less than 40 MB of heap in use", async () => {
  const directory = temporaryDirectory();
  const server = await api((request, response) => {
    const token = new URLSearchParams(request.body).get("refresh_token") ?? "";
    respondWith(200, { access_token: `pina_of_${token}`, expires_in: 3600, refresh_token: `${token}_1` })(
      request,
      response,
    );
  });
  const accounts = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`shop-${index}`, { refreshToken: `pinr_${index}` }]),
  );
  const child = startChild(
    `const all = clients();
     await Promise.all(Array.from({ length: 500 }, (_, index) => all.client("shop-" + index).listIntegrations()));
     ${printUsedMegabytes}`,
    { ...environment(server.apiUrl, directory), PINTEREST_ACCOUNTS: JSON.stringify(accounts) },
  );
  const megabytes = Number(await child.line());
  expect(megabytes).toBeLessThan(40);
  expect(server.requests.filter(isExchange)).toHaveLength(500);
  const { tokens } = JSON.parse(readFileSync(join(directory, "tokens.json"), "utf8"));
  expect(Object.keys(tokens)).toHaveLength(500);
});
