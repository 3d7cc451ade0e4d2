import { UnexpectedAnswer } from "../answers";
import { readError } from "../error-body";
import { isJsonObject, parseIfJson } from "../json";
import { oneLine, type Redact } from "../redact";
import type { TransportAnswer } from "../transport";

/** What an answer says of one entry. */
export interface NamedRejection {
  /** The entry's place in the request; missing where the answer does not say. */
  readonly logIndex?: number;
  /** The field as Pinterest calls it, redacted. */
  readonly field?: string;
  /** Redacted, in one line. */
  readonly reason: string;
}

/** What the answer to a request with log entries says. */
export interface LogsAnswer {
  /**
   * What became of the entries that it does not name: "accepted" (any success); "refused" (an error with Pinterest's code, or one
   * that is not in Pinterest's form, refuses the request); or "unclear": the answer lists rejected entries and is no error by
   * its form, as API description 5.28.0 has it, and does not say whether it kept the others.
   */
  readonly others: "accepted" | "refused" | "unclear";
  /** What it says of the request in all; "" for a success. */
  readonly said: string;
  readonly rejections: readonly NamedRejection[];
}

/**
 * Reads an answer of status 2xx or 400. That of 400 has one of three bodies: an error, an error with details (5.23.0), or
 * only a list of rejected entries (5.28.0).
 *
 * @throws UnexpectedAnswer for a success that is not Pinterest's, such as a portal's page.
 */
export function readLogsAnswer({ status, text }: TransportAnswer, redact: Redact): LogsAnswer {
  const body = object(parseIfJson(text));
  if (status < 300) {
    if (body === undefined && text.trim() !== "") throw new UnexpectedAnswer("it is not a JSON object");
    return { others: "accepted", said: "", rejections: rejectionsIn(body?.rejected_logs, redact) };
  }
  const { code, message } = readError(text);
  const listed = [
    ...rejectionsIn(body?.rejected_logs, redact),
    ...rejectionsIn(object(body?.details)?.rejected_logs, redact),
  ];
  const answered = `Pinterest answered HTTP ${status}`;
  if (code === undefined && listed.length > 0) {
    return { others: "unclear", said: answered, rejections: listed };
  }
  const what = message === "" ? oneLine(redact(text), 300) : oneLine(redact(message), 1000);
  const said = `${answered}${code === undefined ? "" : `, code ${code}`}${what === "" ? "" : `: ${what}`}`;
  const [, place, field] = placeInMessage.exec(message) ?? [];
  const named: NamedRejection[] =
    place === undefined
      ? []
      : [{ logIndex: Number(place), ...(field === undefined ? {} : { field: redact(field) }), reason: said }];
  return { others: "refused", said, rejections: listed.length > 0 ? listed : named };
}

/** An entry's place and field as messages about JSON spell them: `logs[3].message`, `logs.3.error.name`, `/logs/3`. */
const placeInMessage = /\blogs(?:\[|\.|\/)(\d+)(?:\]?[./]([a-z_]+(?:[./][a-z_]+)?))?/;

/** The `value` that Pinterest repeats is left out: it may be a secret of the program. */
function rejectionsIn(list: unknown, redact: Redact): NamedRejection[] {
  if (!Array.isArray(list)) return [];
  return list.map((item) => {
    const { log_index, field, reason } = object(item) ?? {};
    const logIndex = Number.isSafeInteger(log_index) ? { logIndex: log_index as number } : {};
    const name = typeof field === "string" && field !== "" ? { field: oneLine(redact(field), 100) } : {};
    return {
      ...logIndex,
      ...name,
      reason:
        typeof reason === "string" && reason !== ""
          ? oneLine(redact(reason), 300)
          : "Pinterest gave no reason",
    };
  });
}

function object(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isJsonObject(value) ? value : undefined;
}
