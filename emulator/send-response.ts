import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { ArmedFault, PresetFault, ResponseFault } from "./faults";
import { presetResponse } from "./presets";
import type { OpenEntry } from "./request-log";
import { type ApiResponse, internalError } from "./responses";
import type { State } from "./state";
import type { Switches } from "./switches";

/** A request that waits for its response. */
export interface Exchange {
  readonly wire: HttpBindings;
  readonly entry: OpenEntry;
  readonly state: State;
}

/**
 * Sends a response and adds it to the log of requests.
 *
 * @param end Ends the response with the body. Default: sends all of it.
 */
export async function send(
  { wire, entry, state }: Exchange,
  response: ApiResponse,
  end: (wire: HttpBindings, text: string) => void = ({ outgoing }, text) => void outgoing.end(text),
): Promise<Response> {
  const { status, body } = response;
  const headers = headersOf(response, entry.request_id, state.now());
  Object.assign(entry, { status, response_headers: headers, response_body: body ?? null });
  await state.requests.responded(entry);
  // Without the adapter, because its Response takes a quarter of the time of a request.
  wire.outgoing.writeHead(status, headers);
  if (body === undefined) wire.outgoing.end();
  else end(wire, typeof body === "string" ? body : JSON.stringify(body));
  return RESPONSE_ALREADY_SENT;
}

/** Sends the response of a fault. `perform` executes the request. */
export async function sendFaulty(
  exchange: Exchange,
  perform: () => ApiResponse,
  { number, fault }: ArmedFault,
): Promise<Response> {
  const { wire, entry, state } = exchange;
  switch (fault.kind) {
    case "response":
      if (fault.commit) perform();
      return send(exchange, faultResponse(fault, state.now()));
    case "slow": {
      const early = fault.commit ? perform() : undefined;
      await state.faults.hold(number, fault.ms);
      return send(exchange, early ?? perform());
    }
    case "truncate":
      return send(exchange, perform(), fault.drop ? writeHalfAndDisconnect : writeHalf);
    case "reset":
    case "hang":
      if (fault.commit) perform();
      await state.requests.responded(entry);
      if (fault.kind === "reset") wire.incoming.socket.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
  }
}

const halfOf = (text: string): string => text.slice(0, Math.floor(text.length / 2));

function writeHalf({ outgoing }: HttpBindings, text: string): void {
  outgoing.end(halfOf(text));
}

function writeHalfAndDisconnect({ outgoing }: HttpBindings, text: string): void {
  outgoing.write(halfOf(text), () => outgoing.destroy());
}

function faultResponse(fault: ResponseFault | PresetFault, now: number): ApiResponse {
  if ("preset" in fault) {
    const response = presetResponse(fault.preset, now);
    return { ...response, headers: { ...response.headers, ...fault.headers } };
  }
  const { status, headers, body = internalError.body } = fault;
  return { status, ...(status === 204 ? {} : { body }), ...(headers && { headers }) };
}

/** The date is the emulator's, so that dates in `Retry-After` agree with it. */
function headersOf({ body, headers }: ApiResponse, requestId: string, now: number): Record<string, string> {
  const type = typeof body === "string" ? "text/html; charset=utf-8" : "application/json";
  return {
    date: new Date(now).toUTCString(),
    ...(body === undefined ? {} : { "content-type": type }),
    "x-pinterest-rid": requestId,
    ...headers,
  };
}

type Body = Record<string, unknown>;

const extraField = { emulator_extra: { note: "unknown to every API description", since: 5.99 } };

/** Applies the switches `codeAsText` and `extraFields` to a response. */
export function applySwitches(response: ApiResponse, { codeAsText, extraFields }: Switches): ApiResponse {
  if (!(codeAsText || extraFields) || typeof response.body !== "object" || response.body === null)
    return response;
  let body = response.body as Body;
  if (codeAsText && "code" in body) body = { ...body, code: String(body.code) };
  if (extraFields) {
    body = { ...body, ...extraField };
    if (Array.isArray(body.items)) body.items = body.items.map((item: Body) => ({ ...item, ...extraField }));
  }
  return { ...response, body };
}
