import { expect, test } from "@jest/globals";
import { startChild } from "./helpers/child";
import { respondWith, serve } from "./helpers/server";

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
