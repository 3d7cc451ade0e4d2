import { type Answer, internalError } from "./answers";
import type { FaultAction } from "./faults";
import { presetAnswer } from "./presets";
import type { Switches } from "./switches";

type Body = Record<string, unknown>;

const EXTRA = { emulator_extra: { note: "unknown to every API description", since: 5.99 } };

/** Gives an answer what the switches ask of every answer. */
export function dress(answer: Answer, { codeAsText, extraFields }: Switches): Answer {
  if (!(codeAsText || extraFields) || typeof answer.body !== "object" || answer.body === null) return answer;
  let body = answer.body as Body;
  if (codeAsText && "code" in body) body = { ...body, code: String(body.code) };
  if (extraFields) {
    body = { ...body, ...EXTRA };
    if (Array.isArray(body.items)) body.items = body.items.map((item: Body) => ({ ...item, ...EXTRA }));
  }
  return { ...answer, body };
}

/** The headers of an answer: its own, and those that each answer has. The date is the emulator's, to which dates in `Retry-After` refer. */
export function pinterestHeaders(
  requestId: string,
  { body, headers }: Answer,
  now: number,
): Record<string, string> {
  const type = typeof body === "string" ? "text/html; charset=utf-8" : "application/json";
  return {
    date: new Date(now).toUTCString(),
    ...(body === undefined ? {} : { "content-type": type }),
    "x-pinterest-rid": requestId,
    ...headers,
  };
}

/** The answer that an armed fault puts in the place of the true one. */
export function faultAnswer(fault: Extract<FaultAction, { kind: "answer" }>, now: number): Answer {
  if ("preset" in fault) {
    const ready = presetAnswer(fault.preset, now);
    return { ...ready, headers: { ...ready.headers, ...fault.headers } };
  }
  const { status, headers, body = internalError.body } = fault;
  return { status, ...(status === 204 ? {} : { body }), ...(headers && { headers }) };
}
