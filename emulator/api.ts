import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, Hono } from "hono";
import type { Account } from "./accounts";
import {
  type Answer,
  authenticationFailed,
  bodyTooLarge,
  invalid,
  methodNotAllowed,
  missingScope,
  noSuchPath,
  notPermitted,
  restrictedFeature,
} from "./answers";
import type { Route } from "./call";
import type { Fault } from "./faults";
import type { Hooks } from "./hooks";
import type { OpenEntry } from "./journal";
import { routes } from "./operations";
import { dress, faultAnswer, pinterestHeaders } from "./response";
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
async function exchange(c: Context<Env>, runtime: Runtime, target: Route | Answer): Promise<Response> {
  const text = await c.req.text();
  const { state, hooks } = runtime;
  const url = new URL(c.req.url);
  const route = "handle" in target ? target : undefined;
  const id = route?.path.endsWith("/:id") ? decodeLastSegment(url.pathname) : "";
  const body = parseJson(text);
  const entry = state.journal.open({
    method: c.req.method,
    path: url.pathname + url.search,
    operation: route?.operation ?? null,
    account: bearer(c, state)?.account.name ?? null,
    external_business_id:
      (route?.operation === "getById" ? state.store.externalIdOf(id ?? "") : id) || namedIn(body),
    request_headers: c.env.incoming.headers,
    request_body: text === "" ? null : (body ?? text),
    status: null,
    response_headers: {},
    response_body: null,
    request_id: state.sequence.requestId(),
    fault: null,
  });
  await hooks.request(entry);

  const act = (): Answer => {
    if (state.switches.bodyLimit !== "none" && Buffer.byteLength(text) > state.switches.bodyLimit) {
      return bodyTooLarge;
    }
    if (!route) return target as Answer;
    // Asked again: a listener may have changed the account.
    const holder = bearer(c, state);
    const refused = refuse(holder, route);
    if (refused) return refused;
    if (id === undefined) return invalid("The path is not valid percent-encoding.");
    const { account } = holder as Holder;
    const { store, logs, switches } = state;
    return route.handle({ account, store, logs, switches, id, query: url.searchParams, body });
  };
  const perform = () => dress(act(), state.switches);
  const fault = state.faults.meet(entry);
  if (!fault) return send(c, entry, perform(), hooks);
  entry.fault = fault.kind;
  return sendFaulty(c, entry, perform, fault, hooks);
}

interface Holder {
  readonly account: Account;
  readonly valid: boolean;
}

function bearer(c: Context<Env>, state: State): Holder | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
  return token === undefined ? undefined : state.accounts.authenticate(token);
}

function refuse(holder: Holder | undefined, route: Route): Answer | undefined {
  if (!holder?.valid) return authenticationFailed;
  if (!holder.account.beta) return restrictedFeature;
  if (!holder.account.scopes.includes(route.scope)) return missingScope;
  return holder.account.forbidden ? notPermitted : undefined;
}

async function send(
  c: Context<Env>,
  entry: OpenEntry,
  answer: Answer,
  hooks: Hooks,
  shorten: (text: string) => string = (text) => text,
): Promise<Response> {
  const { status, body } = answer;
  const headers = pinterestHeaders(entry.request_id, answer);
  Object.assign(entry, { status, response_headers: headers, response_body: body ?? null });
  await hooks.answer(entry);
  // Written past the adapter: its way through a Response takes a quarter of the time of a request.
  c.env.outgoing.writeHead(status, headers);
  if (body === undefined) c.env.outgoing.end();
  else c.env.outgoing.end(shorten(typeof body === "string" ? body : JSON.stringify(body)));
  return RESPONSE_ALREADY_SENT;
}

async function sendFaulty(
  c: Context<Env>,
  entry: OpenEntry,
  perform: () => Answer,
  fault: Fault,
  hooks: Hooks,
): Promise<Response> {
  switch (fault.kind) {
    case "answer":
      if (fault.commit) perform();
      return send(c, entry, faultAnswer(fault), hooks);
    case "truncate":
      return send(c, entry, perform(), hooks, (text) => text.slice(0, Math.floor(text.length / 2)));
    case "reset":
    case "hang":
      if (fault.commit) perform();
      await hooks.answer(entry);
      if (fault.kind === "reset") c.env.incoming.socket.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
  }
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
