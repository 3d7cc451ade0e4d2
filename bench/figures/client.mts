// Prints what a request by the client takes, over one by undici alone: the same GET of the same server, in turns. Ratios of wall time as
// JSON: one after the other, and 16 at once.
import { createRequire } from "node:module";
import { Pool } from "undici";

const require = createRequire(import.meta.url);
const { PinterestClient, staticToken } =
  require("../../dist/provider/pinterest/index.js") as typeof import("../../provider/pinterest/index.ts");

const [origin = "", rounds = "", requests = ""] = process.argv.slice(2);
const atOnce = 16;

const client = new PinterestClient({
  apiUrl: `${origin}/v5`,
  credentials: staticToken("pina_bench"),
});
const pool = new Pool(origin, { connections: atOnce });

async function byClient(): Promise<unknown> {
  return client.getCommerceIntegration("shop-1");
}

async function byUndici(): Promise<unknown> {
  const { body } = await pool.request({
    method: "GET",
    path: "/v5/integrations/commerce/shop-1",
    headers: { authorization: "Bearer pina_bench", accept: "application/json" },
  });
  return body.json();
}

async function take(work: () => Promise<unknown>, lanes: number): Promise<number> {
  const startedAt = performance.now();
  const each = Math.ceil(Number(requests) / lanes);
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let request = 0; request < each; request++) await work();
    }),
  );
  return performance.now() - startedAt;
}

async function ratios(lanes: number): Promise<number[]> {
  await take(byClient, lanes);
  await take(byUndici, lanes);
  const values: number[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    // Taking turns at going first, neither has the other's garbage to collect more often.
    const first = round % 2 === 0 ? byClient : byUndici;
    const second = round % 2 === 0 ? byUndici : byClient;
    const firstMs = await take(first, lanes);
    const secondMs = await take(second, lanes);
    values.push(round % 2 === 0 ? firstMs / secondMs : secondMs / firstMs);
  }
  return values.map((value) => Math.round(value * 1000) / 1000);
}

const result = { sequential: { values: await ratios(1) }, concurrent: { values: await ratios(atOnce) } };
console.log(JSON.stringify(result));
process.exit();
