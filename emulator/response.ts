import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Answer, internalError } from "./answers";
import type { AnswerFault, ArmedFault, PresetFault } from "./faults";
import { presetAnswer } from "./presets";
import type { OpenEntry } from "./request-log";
import type { State } from "./state";
import type { Switches } from "./switches";

/** A request that waits for its answer. */
export interface Exchange {
  readonly wire: HttpBindings;
  readonly entry: OpenEntry;
  readonly state: State;
}

/**
 * Sends an answer and adds it to the log of requests.
 *
 * @param end Ends the response with the body. Default: sends all of it.
 */
export async function send(
  { wire, entry, state }: Exchange,
  answer: Answer,
  end: (wire: HttpBindings, text: string) => void = ({ outgoing }, text) => void outgoing.end(text),
): Promise<Response> {
  const { status, body } = answer;
  const headers = headersOf(answer, entry.request_id, state.now());
  Object.assign(entry, { status, response_headers: headers, response_body: body ?? null });
  await state.requests.answered(entry);
  // Without the adapter, because its Response takes a quarter of the time of a request.
  wire.outgoing.writeHead(status, headers);
  if (body === undefined) wire.outgoing.end();
  else end(wire, typeof body === "string" ? body : JSON.stringify(body));
  return RESPONSE_ALREADY_SENT;
}

/** Sends the answer of a fault. `perform` executes the request. */
export async function sendFaulty(
  exchange: Exchange,
  perform: () => Answer,
  { number, fault }: ArmedFault,
): Promise<Response> {
  const { wire, entry, state } = exchange;
  switch (fault.kind) {
    case "answer":
      if (fault.commit) perform();
      return send(exchange, faultAnswer(fault, state.now()));
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
      await state.requests.answered(entry);
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

function faultAnswer(fault: AnswerFault | PresetFault, now: number): Answer {
  if ("preset" in fault) {
    const answer = presetAnswer(fault.preset, now);
    return { ...answer, headers: { ...answer.headers, ...fault.headers } };
  }
  const { status, headers, body = internalError.body } = fault;
  return { status, ...(status === 204 ? {} : { body }), ...(headers && { headers }) };
}

/** The date is the emulator's, so that dates in `Retry-After` agree with it. */
function headersOf({ body, headers }: Answer, requestId: string, now: number): Record<string, string> {
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

/** Applies the switches `codeAsText` and `extraFields` to an answer. */
export function applySwitches(answer: Answer, { codeAsText, extraFields }: Switches): Answer {
  if (!(codeAsText || extraFields) || typeof answer.body !== "object" || answer.body === null) return answer;
  let body = answer.body as Body;
  if (codeAsText && "code" in body) body = { ...body, code: String(body.code) };
  if (extraFields) {
    body = { ...body, ...extraField };
    if (Array.isArray(body.items)) body.items = body.items.map((item: Body) => ({ ...item, ...extraField }));
  }
  return { ...answer, body };
}
