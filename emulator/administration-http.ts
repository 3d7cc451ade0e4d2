import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { ZodError, z } from "zod";
import { accountSettingsSchema } from "./accounts";
import type { Administration } from "./administration";
import { AdministrationError } from "./administration-error";
import type { Fault } from "./faults";
import { integrationFieldsSchema } from "./fields";
import { switchOptionsSchema } from "./switches";

type Env = { Bindings: HttpBindings };

/** Base path of the administrative calls. */
export const administrationPath = "/_emulator";

const ownedFields = integrationFieldsSchema.extend({ account: z.string().optional() });
const newAccount = accountSettingsSchema.extend({ name: z.string().optional() });
const seeding = z.strictObject({
  count: z.int().min(1).max(100_000),
  prefix: z.string().optional(),
  fields: integrationFieldsSchema.optional(),
  account: z.string().optional(),
});

/** Serves the methods of `Administration` over HTTP, with JSON. */
export function administrationApp(admin: Administration): Hono<Env> {
  const app = new Hono<Env>();

  app.use((c, next) => {
    assertLocal(c.req.header("host"), c.req.header("origin"));
    return next();
  });
  app.get("/", (c) =>
    c.json({
      accounts: admin.accounts(),
      switches: admin.switches(),
      faults: admin.faults(),
      counters: admin.counters(),
    }),
  );
  app.post("/reset", (c) => run(c, () => admin.reset()));

  app.get("/integrations", (c) => c.json(admin.integrations(c.req.query("account"))));
  app.post("/integrations", async (c) => {
    const { count, fields, ...rest } = seeding.parse(await json(c));
    return c.json(admin.seed(count, { ...rest, fields: () => fields ?? {} }), 201);
  });
  app.get("/integrations/:id", (c) => {
    const id = c.req.param("id");
    const integration = admin.integration(id);
    if (!integration) throw new AdministrationError(404, `the integration '${id}' does not exist`);
    return c.json(integration);
  });
  app.put("/integrations/:id", async (c) => {
    const { account, ...fields } = ownedFields.parse(await json(c));
    return c.json(admin.put(c.req.param("id"), fields, { account }));
  });
  app.patch("/integrations/:id", async (c) => {
    const { account, ...fields } = ownedFields.parse(await json(c));
    return c.json(admin.change(c.req.param("id"), fields, { account }));
  });
  app.delete("/integrations/:id", (c) => run(c, () => admin.remove(c.req.param("id"))));

  app.get("/logs", (c) => c.json(admin.logs(c.req.query("account"))));
  app.delete("/logs", (c) => run(c, () => admin.clearLogs()));

  app.get("/accounts", (c) => c.json(admin.accounts()));
  app.post("/accounts", async (c) => c.json(admin.addAccount(newAccount.parse(await json(c))), 201));
  app.patch("/accounts/:name", async (c) =>
    c.json(admin.setAccount(c.req.param("name"), accountSettingsSchema.parse(await json(c)))),
  );
  app.post("/accounts/:name/tokens", (c) =>
    c.json({ access_token: admin.issueToken(c.req.param("name")) }, 201),
  );
  app.delete("/accounts/:name/tokens", (c) => run(c, () => admin.expireTokens(c.req.param("name"))));
  app.post("/accounts/:name/refresh-tokens", (c) =>
    c.json({ refresh_token: admin.issueRefreshToken(c.req.param("name")) }, 201),
  );
  app.delete("/tokens/:token", (c) => run(c, () => admin.expireToken(c.req.param("token"))));

  app.get("/switches", (c) => c.json(admin.switches()));
  app.patch("/switches", async (c) => c.json(admin.setSwitches(switchOptionsSchema.parse(await json(c)))));

  app.get("/faults", (c) => c.json(admin.faults()));
  app.post("/faults", async (c) => c.json(admin.armFault((await json(c)) as Fault), 201));
  app.delete("/faults", (c) => run(c, () => admin.disarmFaults()));
  app.delete("/faults/:number", (c) => run(c, () => admin.disarmFaults(Number(c.req.param("number")))));

  app.get("/held", (c) => c.json({ held: admin.held() }));
  app.delete("/held", (c) => run(c, () => admin.release()));
  app.delete("/held/:number", (c) => run(c, () => admin.release(Number(c.req.param("number")))));

  app.get("/counters", (c) => c.json(admin.counters()));
  app.get("/requests", (c) => c.json(admin.requests()));
  app.delete("/requests", (c) => run(c, () => admin.clearRequests()));

  app.all("*", () => {
    throw new AdministrationError(404, "this administrative call does not exist");
  });
  app.onError((error, c) => {
    if (error instanceof AdministrationError) return refuse(c, error.status, error.message);
    if (error instanceof ZodError) return refuse(c, 400, z.prettifyError(error));
    return refuse(c, 500, error.message);
  });
  return app;
}

/** Runs a method without a result, and responds with 204. */
function run(c: Context<Env>, method: () => void) {
  method();
  return c.body(null, 204);
}

/** With any port. */
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
const allowed = "localhost, an address in 127.0.0.0/8 or [::1], with any port";

/**
 * Rejects requests of web pages. Pages of another origin can send some requests, and with DNS rebinding, a page can read responses under its
 * own host name.
 *
 * @throws AdministrationError
 */
function assertLocal(host: string | undefined, origin: string | undefined): void {
  if (!loopback.test(host ?? "")) {
    throw new AdministrationError(
      403,
      `refused: the Host header must be ${allowed}, because the administration serves this machine only`,
    );
  }
  if (origin !== undefined && !loopback.test(origin.replace(/^https?:\/\//, ""))) {
    throw new AdministrationError(403, `refused: the Origin header must be absent or name ${allowed}`);
  }
}

async function json(c: Context<Env>): Promise<unknown> {
  const text = await c.req.text();
  if (text === "") return {};
  // Pages can send other types to any host without a preflight (https://fetch.spec.whatwg.org/#simple-header).
  if (!/^application\/json *(?:;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new AdministrationError(
      415,
      "the Content-Type header of a request with a body must be application/json",
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new AdministrationError(400, "the body must be JSON");
  }
}

function refuse(c: Context<Env>, status: AdministrationError["status"] | 500, message: string) {
  return c.json({ code: status, message }, status);
}
