import { readErrorBody, UnexpectedResponse } from "../error-mapping";
import { answerText } from "../errors";
import { isJsonObject, parseIfJson } from "../json";
import { oneLine } from "../message-text";
import type { Redact } from "../redact";
import type { HttpResponse } from "../transport";

/** A rejected entry in the response of the API. */
export interface NamedRejection {
  /** Index of the entry in the request, if the response contains it. */
  readonly logIndex?: number;
  /** The API's name of the field, redacted. */
  readonly field?: string;
  /** Redacted, in one line. */
  readonly reason: string;
}

/** The response to a request with log entries. */
export interface LogsResponse {
  /**
   * What happened to the entries that `rejections` does not contain. `accepted`: any success. `refused`: an error with Pinterest's code, or
   * one that is not in Pinterest's form, rejects the whole request. `unclear`: the response contains rejections but no error (API
   * description 5.28.0), which leaves open whether Pinterest recorded the others.
   */
  readonly others: "accepted" | "refused" | "unclear";
  /** The error of the whole request; "" for a success. */
  readonly summary: string;
  readonly rejections: readonly NamedRejection[];
}

/**
 * Reads a response with status 2xx or 400. A 400 has one of three bodies: an error, an error with details (API description 5.23.0), or only a
 * list of rejected entries (5.28.0).
 *
 * @throws UnexpectedResponse for a success that is not from Pinterest, such as the page of a portal.
 */
export function readLogsResponse({ status, text }: HttpResponse, redact: Redact): LogsResponse {
  const parsed = parseIfJson(text);
  const body = isJsonObject(parsed) ? parsed : undefined;
  const rejections = rejectionsIn(body, redact);
  if (status < 300) {
    if (body === undefined && text.trim() !== "") throw new UnexpectedResponse("it is not a JSON object");
    return { others: "accepted", summary: "", rejections };
  }
  const { code, message, hints } = readErrorBody(text);
  rejections.push(...rejectionsIn(body?.details, redact));
  if (code === undefined && rejections.length > 0) {
    return { others: "unclear", summary: `Pinterest answered HTTP ${status}`, rejections };
  }
  const reason = message === "" ? oneLine(redact(text), 300) : oneLine(redact(message), 1000);
  const summary = `Pinterest answered ${answerText({ status, code }, [reason])}`;
  const { logEntry } = hints;
  if (rejections.length === 0 && logEntry !== undefined) {
    const details = logEntry.field === undefined ? {} : { field: redact(logEntry.field) };
    rejections.push({ logIndex: logEntry.index, ...details, reason: summary });
  }
  return { others: "refused", summary, rejections };
}

/** Omits the `value` of a rejection, because it can be a secret of the program. */
function rejectionsIn(body: unknown, redact: Redact): NamedRejection[] {
  const list = isJsonObject(body) ? body.rejected_logs : undefined;
  if (!Array.isArray(list)) return [];
  return list.map((item) => {
    const { log_index, field, reason } = isJsonObject(item) ? item : {};
    const hasReason = typeof reason === "string" && reason !== "";
    return {
      ...(typeof log_index === "number" ? { logIndex: log_index } : {}),
      ...(typeof field === "string" && field !== "" ? { field: oneLine(redact(field), 100) } : {}),
      reason: hasReason ? oneLine(redact(reason), 300) : "Pinterest gave no reason",
    };
  });
}
