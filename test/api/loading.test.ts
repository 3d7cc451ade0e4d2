import { expect, test } from "@jest/globals";
import { startChild } from "./helpers/child";
import { respondWith, serve } from "./helpers/server";

const loaded = `const loaded = () => ["undici", "zod", "lossless-json"].filter((library) =>
  Object.keys(require.cache).some((file) => file.includes("/node_modules/" + library + "/")));`;

test("importing and creating a client loads no library; the first request loads undici, and its response zod", async () => {
  const server = await serve(respondWith(200, { items: [] }));
  const child = startChild(
    "api",
    `${loaded}
     const client = new pinterest.PinterestClient({ apiUrl: process.env.API_URL, credentials: pinterest.staticToken("token") });
     const before = loaded();
     client.listIntegrations().then(() => console.log(JSON.stringify({ before, after: loaded() })));`,
    { API_URL: server.apiUrl },
  );
  expect(JSON.parse(await child.line())).toEqual({ before: [], after: ["undici", "zod"] });
});

test("a finished call does not keep the process alive", async () => {
  const server = await serve(respondWith(200, { items: [] }));
  const child = startChild(
    "api",
    `const client = new pinterest.PinterestClient({ apiUrl: process.env.API_URL, credentials: pinterest.staticToken("token") });
     const openHandles = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCP/.test(name));
     const call = client.listIntegrations();
     const during = new Promise((resolve) => setImmediate(() => resolve(openHandles())));
     call.then(() => setImmediate(async () => console.log(JSON.stringify({ during: await during, after: openHandles() }))));`,
    { API_URL: server.apiUrl },
  );
  const { during, after } = JSON.parse(await child.line());
  expect(during).not.toEqual([]);
  expect(after).toEqual([]);
});
