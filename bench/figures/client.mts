// Answers each line with the milliseconds that so many GETs of the same integration take, by the client or by undici alone. Each in a process
// of its own: in one they share what V8 has learnt of undici and of their garbage, and ratios vary by a half.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Pool } from "undici";

const require = createRequire(import.meta.url);
const { PinterestClient, staticToken } =
  require("../../dist/provider/api/index.js") as typeof import("../../provider/api/index.ts");

const [who, origin = "", lanes = "", requests = ""] = process.argv.slice(2);
/** Of the length of Pinterest's own: with a shorter one the client would look for it in the request's id. */
const token = `pina_${"A".repeat(80)}`;

function byClient(): () => Promise<unknown> {
  const client = new PinterestClient({ apiUrl: `${origin}/v5`, credentials: staticToken(token) });
  return () => client.getCommerceIntegration("shop-1");
}

function byUndici(): () => Promise<unknown> {
  const pool = new Pool(origin, { connections: Number(lanes) });
  return async () => {
    const { body } = await pool.request({
      method: "GET",
      path: "/v5/integrations/commerce/shop-1",
      headers: { authorization: `Bearer ${token}`, accept: "application/json", "user-agent": "bench" },
    });
    return body.json();
  };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  const each = Math.ceil(Number(requests) / Number(lanes));
  await Promise.all(
    Array.from({ length: Number(lanes) }, async () => {
      for (let request = 0; request < each; request++) await work();
    }),
  );
  return performance.now() - startedAt;
}

const work = who === "client" ? byClient() : byUndici();
for await (const _line of createInterface(process.stdin)) console.log(await timeOf(work));
process.exit();
