import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { type Answer, methodNotAllowed, noSuchPath } from "./answers";
import type { Place, Route } from "./call";
import type { OpenEntry } from "./journal";
import { routes } from "./operations";
import { accountOf, perform, type Received } from "./perform";
import { dress } from "./response";
import { send, sendFaulty } from "./send";
import type { Runtime, State } from "./state";

type Env = { Bindings: HttpBindings };

/** Mounts Pinterest's paths, and its answer to everything that is none of them. */
export function mountApi(app: Hono<Env>, runtime: Runtime): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    for (const route of here) {
      app.on(route.method, `/v5${path}`, (c) => exchange(c, runtime, route));
    }
    // Before the next path: a word that this method does not suit must not be taken for a number.
    const allowed = here.map((route) => route.method);
    app.all(`/v5${path}`, (c) => exchange(c, runtime, methodNotAllowed(allowed)));
  }
  app.notFound((c) => exchange(c, runtime, noSuchPath));
  app.onError((error, c) => c.json({ code: 500, message: `The emulator failed: ${error.message}` }, 500));
}

/** One request, from the log's entry to the answer on the wire. */
async function exchange(
  c: Context<Env>,
  runtime: Runtime,
  target: Route | Place | Answer,
): Promise<Response> {
  const text = await c.req.text();
  const { state, hooks } = runtime;
  const url = new URL(c.req.url);
  const place = "operation" in target ? target : undefined;
  const received: Received = {
    authorization: c.req.header("authorization"),
    contentType: c.req.header("content-type"),
    id: place?.path.endsWith("/:id") ? decodeLastSegment(url.pathname) : "",
    query: url.searchParams,
    text,
    body: parseJson(text),
  };
  const entry = open(c, url, place, received, state);
  const writing = beginWrite(entry, state);
  try {
    await hooks.request(entry);
    const act = () => dress(perform(target, received, writing, state), state.switches);
    const fault = state.faults.meet(entry);
    const sending = { wire: c.env, entry, state, hooks };
    if (fault) entry.fault = fault.fault.kind;
    return await (fault ? sendFaulty(sending, act, fault) : send(sending, act()));
  } finally {
    if (writing) state.writes.end(writing.externalId);
  }
}

const WRITES: readonly (string | null)[] = ["create", "update", "delete"];

function beginWrite({ operation, external_business_id: externalId }: OpenEntry, { writes }: State) {
  if (!WRITES.includes(operation) || externalId === null) return undefined;
  return { externalId, crowded: writes.begin(externalId) };
}

function open(
  c: Context<Env>,
  url: URL,
  place: Place | undefined,
  received: Received,
  state: State,
): OpenEntry {
  const { id, text, body } = received;
  const named = place?.operation === "getById" ? state.store.externalIdOf(id ?? "") : id;
  return state.journal.open({
    method: c.req.method,
    path: url.pathname + url.search,
    operation: place?.operation ?? null,
    account: accountOf(place?.operation, received, state) ?? null,
    external_business_id: named || namedIn(body),
    request_headers: c.env.incoming.headers,
    request_body: text === "" ? null : (body ?? text),
    status: null,
    response_headers: {},
    response_body: null,
    request_id: state.sequence.requestId(),
    fault: null,
  });
}

function decodeLastSegment(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1));
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function namedIn(body: unknown): string | null {
  const id = (body as { external_business_id?: unknown } | null | undefined)?.external_business_id;
  return typeof id === "string" ? id : null;
}
