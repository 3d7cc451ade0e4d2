import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import type { Holder } from "./accounts";
import type { Endpoint, Route } from "./call";
import { routes } from "./operations";
import type { Caller } from "./rate-limits";
import type { OpenEntry } from "./request-log";
import {
  type ApiResponse,
  authenticationFailed,
  invalid,
  methodNotAllowed,
  missingScope,
  noSuchPath,
  notPermitted,
  rateLimited,
  restrictedFeature,
} from "./responses";
import { applySwitches, send, sendFaulty } from "./send-response";
import type { Runtime, State, Writes } from "./state";
import { authenticatedApp, grantToken, parseForm } from "./token-endpoint";

type Env = { Bindings: HttpBindings };

interface Received {
  readonly url: URL;
  readonly authorization: string | undefined;
  /** Decoded ID of the path, "" if the path has none, or undefined if its encoding is invalid. */
  readonly id: string | undefined;
  readonly text: string;
  /** The text as JSON. Undefined if it is not JSON. */
  readonly body: unknown;
  /** The text as a form. Undefined if the content type is another one. */
  readonly form: URLSearchParams | undefined;
}

/** A write while it is processed. */
interface WriteInProgress {
  /** All writes of the integration. */
  readonly writes: Writes;
  /** Whether another one was in progress when the request arrived. */
  readonly concurrent: boolean;
}

/** The operation that a request calls, or the response if no operation has its method and path. */
type Target =
  | { readonly endpoint: Route | Endpoint; readonly rejection?: undefined }
  | { readonly endpoint?: undefined; readonly rejection: ApiResponse };

/** Adds Pinterest's paths to an app, and its response to all other paths. */
export function addApi(app: Hono<Env>, runtime: Runtime): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const ofPath = routes.filter((route) => route.path === path);
    for (const route of ofPath)
      app.on(route.method, `/v5${path}`, (c) => exchange(c, runtime, { endpoint: route }));
    // Before the next path, because `/integrations/:id` also matches the other paths.
    const rejection = methodNotAllowed(ofPath.map((route) => route.method));
    app.all(`/v5${path}`, (c) => exchange(c, runtime, { rejection }));
  }
  app.notFound((c) => exchange(c, runtime, { rejection: noSuchPath }));
  app.onError((error, c) => c.json({ code: 500, message: `The emulator failed: ${error.message}` }, 500));
}

/** Handles a request, from its log entry to its response. */
async function exchange(
  c: Context<Env>,
  runtime: Runtime,
  { endpoint, rejection }: Target,
): Promise<Response> {
  const received = await receive(c, endpoint);
  const { state } = runtime;
  const entry = openEntry(c, endpoint, received, state);
  const write = beginWrite(entry, state);
  try {
    await state.requests.arrived(entry);
    const act = () => applySwitches(rejection ?? perform(endpoint, received, write, state), state.switches);
    const fault = state.faults.fire(entry);
    const pending = { wire: c.env, entry, state };
    if (!fault) return await send(pending, act());
    entry.fault = fault.fault.kind;
    return await sendFaulty(pending, act, fault);
  } finally {
    if (write) write.writes.inProgress -= 1;
  }
}

async function receive(c: Context<Env>, endpoint: Endpoint | undefined): Promise<Received> {
  const text = await c.req.text();
  const url = new URL(c.req.url);
  return {
    url,
    authorization: c.req.header("authorization"),
    id: endpoint?.path.endsWith("/:id") ? decodeLastSegment(url.pathname) : "",
    text,
    body: parseJson(text),
    form: parseForm(c.req.header("content-type"), text),
  };
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

function openEntry(
  c: Context<Env>,
  endpoint: Endpoint | undefined,
  { url, authorization, id, text, body, form }: Received,
  { accounts, requests, store }: State,
): OpenEntry {
  const account =
    endpoint?.operation === "token"
      ? accounts.ownerOf(form?.get("refresh_token") ?? "")
      : accounts.holderOf(authorization)?.account;
  const inPath = endpoint?.operation === "getById" ? store.externalIdOf(id ?? "") : id;
  const inBody = (body as { external_business_id?: unknown } | null | undefined)?.external_business_id;
  return requests.open({
    method: c.req.method,
    path: url.pathname + url.search,
    operation: endpoint?.operation ?? null,
    account: account?.name ?? null,
    external_business_id: inPath || (typeof inBody === "string" ? inBody : null),
    request_headers: c.env.incoming.headers,
    request_body: text === "" ? null : (body ?? text),
  });
}

function beginWrite(entry: OpenEntry, state: State): WriteInProgress | undefined {
  const { operation, external_business_id: externalId } = entry;
  const isWrite = operation === "create" || operation === "update" || operation === "delete";
  if (!isWrite || externalId === null) return undefined;
  const writes = state.writes.get(externalId) ?? { inProgress: 0, last: Number.NEGATIVE_INFINITY };
  state.writes.set(externalId, writes);
  writes.inProgress += 1;
  return { writes, concurrent: writes.inProgress > 1 };
}

/** Executes a request of an operation, or refuses it. */
function perform(
  endpoint: Route | Endpoint,
  received: Received,
  write: WriteInProgress | undefined,
  state: State,
): ApiResponse {
  if (!("handle" in endpoint)) return performTokenRequest(endpoint, received, state);
  const holder = state.accounts.holderOf(received.authorization);
  if (!holder?.valid) return authenticationFailed;
  const { account } = holder;
  const caller = { app: account.app_id, user: account.connected_user_id };
  return withinLimits(caller, endpoint, state, () => {
    const refused = refuse(holder, endpoint);
    if (refused) return refused;
    const { id, url, body } = received;
    if (id === undefined) return invalid("The path is not valid percent-encoding.");
    const { store, logs, switches } = state;
    const handle = () =>
      endpoint.handle({ account, store, logs, switches, id, query: url.searchParams, body });
    return write ? spaced(write, state, handle) : handle();
  });
}

/** The response to a valid token that is not authorized for a route. */
function refuse({ account, scopes }: Holder, route: Route): ApiResponse | undefined {
  if (!account.beta) return restrictedFeature;
  if (!scopes.includes(route.scope)) return missingScope;
  return account.forbidden ? notPermitted : undefined;
}

function performTokenRequest(
  endpoint: Endpoint,
  { authorization, form }: Received,
  state: State,
): ApiResponse {
  const { accounts, switches } = state;
  const app = authenticatedApp(authorization, accounts);
  if (app === undefined) return authenticationFailed;
  const user = accounts.ownerOf(form?.get("refresh_token") ?? "")?.connected_user_id ?? "";
  return withinLimits({ app, user }, endpoint, state, () => grantToken({ app, form, accounts, switches }));
}

/** The response of `act`, or 429 above a rate limit, with the headers of the limits. */
function withinLimits(caller: Caller, endpoint: Endpoint, state: State, act: () => ApiResponse): ApiResponse {
  const { limiter, switches } = state;
  const { exceeded, headers } = limiter.take(caller, endpoint.category, switches.rateLimits);
  const response = exceeded ? rateLimited : act();
  return { ...response, headers: { ...headers, ...response.headers } };
}

/** The response of `act`, or 429 during or shortly after another write of the integration. */
function spaced(
  { writes, concurrent }: WriteInProgress,
  { switches, now }: State,
  act: () => ApiResponse,
): ApiResponse {
  const { writeSpacing } = switches;
  if (writeSpacing !== "off" && (concurrent || now() < writes.last + writeSpacing)) return rateLimited;
  const response = act();
  if (response.status < 300) writes.last = now();
  return response;
}
