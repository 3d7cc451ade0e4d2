import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Answer } from "./answers";
import type { Fault } from "./faults";
import type { Hooks } from "./hooks";
import type { OpenEntry } from "./journal";
import { faultAnswer, pinterestHeaders } from "./response";
import type { State } from "./state";

/** Where an answer goes: on the wire, into the log, past the listeners. */
export interface Exchange {
  readonly wire: HttpBindings;
  readonly entry: OpenEntry;
  readonly state: State;
  readonly hooks: Hooks;
}

/** Sends an answer. */
export async function send(
  { wire, entry, state, hooks }: Exchange,
  answer: Answer,
  shorten: (text: string) => string = (text) => text,
): Promise<Response> {
  const { status, body } = answer;
  const headers = pinterestHeaders(entry.request_id, answer);
  Object.assign(entry, { status, response_headers: headers, response_body: body ?? null });
  state.journal.answered(entry);
  await hooks.answer(entry);
  // Written past the adapter: its way through a Response takes a quarter of the time of a request.
  wire.outgoing.writeHead(status, headers);
  if (body === undefined) wire.outgoing.end();
  else wire.outgoing.end(shorten(typeof body === "string" ? body : JSON.stringify(body)));
  return RESPONSE_ALREADY_SENT;
}

/** Does with a request what a fault says. */
export async function sendFaulty(exchange: Exchange, perform: () => Answer, fault: Fault): Promise<Response> {
  switch (fault.kind) {
    case "answer":
      if (fault.commit) perform();
      return send(exchange, faultAnswer(fault));
    case "truncate":
      return send(exchange, perform(), (text) => text.slice(0, Math.floor(text.length / 2)));
    case "reset":
    case "hang":
      if (fault.commit) perform();
      await exchange.hooks.answer(exchange.entry);
      if (fault.kind === "reset") exchange.wire.incoming.socket.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
  }
}
