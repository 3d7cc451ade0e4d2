import { expect, test } from "@jest/globals";
import { runWithClient } from "./helpers/child";
import { respondWith, serve } from "./helpers/server";

const loaded = `const loaded = () => ["undici", "zod", "lossless-json"].filter((library) =>
  Object.keys(require.cache).some((file) => file.includes("/node_modules/" + library + "/")));`;

test("importing and creating a client loads no library; the first request loads undici, and its response zod", async () => {
  const server = await serve(respondWith(200, { items: [] }));
  const { stdout } = await runWithClient(
    `${loaded}
     const client = new pinterest.PinterestClient({ apiUrl: process.env.API_URL, credentials: pinterest.staticToken("token") });
     const before = loaded();
     client.listIntegrations().then(() => console.log(JSON.stringify({ before, after: loaded() })));`,
    { API_URL: server.apiUrl },
  );
  expect(JSON.parse(stdout)).toEqual({ before: [], after: ["undici", "zod"] });
});

test("a 404, which precedes each create, loads nothing more", async () => {
  const server = await serve(respondWith(404, { code: 4180, message: "Sorry, we could not find it." }));
  const { stdout } = await runWithClient(
    `${loaded}
     const client = new pinterest.PinterestClient({ apiUrl: process.env.API_URL, credentials: pinterest.staticToken("token") });
     client.getCommerceIntegration("shop-1").catch(({ code }) => console.log(JSON.stringify({ code, after: loaded() })));`,
    { API_URL: server.apiUrl },
  );
  expect(JSON.parse(stdout)).toEqual({ code: 4180, after: ["undici"] });
});

test("a finished call does not keep the process alive", async () => {
  const server = await serve(respondWith(200, { items: [] }));
  const { stdout } = await runWithClient(
    `const client = new pinterest.PinterestClient({ apiUrl: process.env.API_URL, credentials: pinterest.staticToken("token") });
     const openHandles = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCP/.test(name));
     const call = client.listIntegrations();
     const during = new Promise((resolve) => setImmediate(() => resolve(openHandles())));
     call.then(() => setImmediate(async () => console.log(JSON.stringify({ during: await during, after: openHandles() }))));`,
    { API_URL: server.apiUrl },
  );
  const { during, after } = JSON.parse(stdout);
  expect(during).not.toEqual([]);
  expect(after).toEqual([]);
});
