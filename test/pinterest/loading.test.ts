import { expect, test } from "@jest/globals";
import { runWithClient } from "./helpers/child";
import { answer, serve } from "./helpers/server";

const loaded = `const loaded = () => ["undici", "zod", "lossless-json"].filter((library) =>
  Object.keys(require.cache).some((file) => file.includes("/node_modules/" + library + "/")));`;

test("importing the client and making one loads no library; the first request does", async () => {
  const server = await serve(answer(200, { items: [] }));
  const { stdout } = await runWithClient(
    `${loaded}
     const client = new pinterest.PinterestClient({ apiUrl: process.env.API_URL, credentials: pinterest.staticToken("token") });
     const before = loaded();
     client.listIntegrations().then(() => console.log(JSON.stringify({ before, after: loaded() })));`,
    { API_URL: server.apiUrl },
  );
  expect(JSON.parse(stdout)).toEqual({ before: [], after: ["undici", "zod"] });
});

test("a process ends by itself once its calls are over, kept-alive connections notwithstanding", async () => {
  const server = await serve(answer(200, { items: [] }));
  const { stdout } = await runWithClient(
    `const client = new pinterest.PinterestClient({ apiUrl: process.env.API_URL, credentials: pinterest.staticToken("token") });
     client.listIntegrations().then(() => console.log("done"));
     process.on("exit", () => console.log(process.uptime() < 25 ? "ended" : "held by the deadline's timer"));`,
    { API_URL: server.apiUrl },
  );
  expect(stdout).toBe("done\nended\n");
});
