import type { RequestEntry } from "../../emulator";
import { FIELD_NAMES } from "../../emulator/fields";
import {
  BATCH_BOUNDS,
  integrationLogSchema,
  LOG_TEXT_LIMITS,
  LOG_WORDS,
} from "../../emulator/integration-logs";

/** Whether Pinterest accepted a request, or refused it because it violates the API description. */
type Verdict = "taken" | "refused";

type Body = Readonly<Record<string, unknown>>;

/**
 * Lists the documented things (`documented.ts`) that a request and its answer show. The list contains no value that was sent.
 *
 * - `create 409`, `create 409 code 4182`, `create 5xx`: operation, status, Pinterest's code.
 * - `list page_size 250 taken`, `create connected_tag_id empty refused`: a documented limit, and the verdict.
 * - `429 of safety_net_app_id_user_id`, `429 Retry-After absent`: the rate limit, and whether the answer has a `Retry-After` header.
 */
export function observe(entry: RequestEntry): string[] {
  const { operation } = entry;
  if (operation === null) return [];
  const answers = answerCells(entry);
  // The answer of a fault shows nothing about the request.
  const verdict = entry.fault === "answer" ? undefined : verdictOf(entry.status);
  if (!verdict) return answers;
  const requests = requestCells(entry).map((cell) => `${operation} ${cell} ${verdict}`);
  return [...answers, ...requests, ...formCells(entry, verdict)];
}

function verdictOf(status: number | null): Verdict | undefined {
  if (status === null) return undefined;
  if (status < 300) return "taken";
  // These statuses are about permissions, other integrations and rate limits.
  return [401, 403, 404, 409, 429].includes(status) || status >= 500 ? undefined : "refused";
}

function answerCells({
  operation,
  status,
  response_body,
  response_headers: headers,
}: RequestEntry): string[] {
  if (status === null) return [];
  const cells = [`${operation} ${status}`];
  const code = (response_body as { code?: unknown } | null)?.code;
  if (code !== undefined) cells.push(`${operation} ${status} code ${code}`);
  if (status >= 500) cells.push(`${operation} 5xx`);
  if (status !== 429) return cells;
  const [nearest, ...windows] = (headers["x-ratelimit-limit"] ?? "").split(", ");
  const full = windows.find((window) => window.startsWith(`${nearest};`));
  const [, name] = /name="(\w+)"/.exec(full ?? "") ?? [];
  if (name !== undefined) cells.push(`429 of ${name}`);
  return [...cells, `429 Retry-After ${"retry-after" in headers ? "present" : "absent"}`];
}

/** The documented limits that a request reaches. */
function requestCells({ operation, path, request_body, external_business_id: id }: RequestEntry): string[] {
  const { searchParams: query, pathname } = new URL(path, "http://emulator");
  const body = (typeof request_body === "object" ? (request_body ?? {}) : {}) as Body;
  switch (operation) {
    case "create":
      return [...idCells(id), ...fieldCells(body)];
    case "get":
      return idCells(id);
    case "update":
      return [...idCells(id), ...updateCells(body, pathname)];
    case "delete":
      return [...idCells(id), request_body === null ? "body absent" : "body present"];
    case "list":
      return listCells(query);
    case "getById":
      return [/\/\d+$/.test(pathname) ? "number" : "no number"];
    case "logs":
      return batchCells(request_body);
    case "token":
      return [grantCell(String(request_body ?? ""))];
    default:
      return [];
  }
}

const LONGEST_ID = 2048;

function idCells(id: string | null): string[] {
  if (!id) return ["external_business_id absent"];
  const length = [...id].length;
  return length === LONGEST_ID ? [`external_business_id ${LONGEST_ID} characters`] : [];
}

function updateCells(body: Body, pathname: string): string[] {
  const fields = fieldCells(body);
  const named = body.external_business_id;
  if (typeof named !== "string") return fields.length > 0 ? fields : ["no field"];
  const same = pathname.endsWith(`/${encodeURIComponent(named)}`);
  return [...fields, `external_business_id ${same ? "of the path" : "of another"}`];
}

function fieldCells(body: Body): string[] {
  return FIELD_NAMES.filter((name) => name in body).map((name) => {
    const value = body[name];
    if (value === null) return `${name} null`;
    return value === "" || value === 0 ? `${name} empty` : `${name} set`;
  });
}

function listCells(query: URLSearchParams): string[] {
  const size = query.get("page_size");
  const bounds = ["0", "1", "250", "251"];
  const named =
    size === null ? "default" : bounds.includes(size) ? size : Number(size) > 0 ? "within" : "no number";
  return [`page_size ${named}`, ...(query.has("bookmark") ? ["bookmark"] : [])];
}

function grantCell(form: string): string {
  const grant = new URLSearchParams(form).get("grant_type");
  const known = ["refresh_token", "client_credentials", "authorization_code"];
  return `grant_type ${grant === null ? "absent" : known.includes(grant) ? grant : "unknown"}`;
}

const LOG_PROPERTIES = Object.keys(integrationLogSchema.shape);
const REQUIRED_LOG_PROPERTIES = ["client_timestamp", "event_type", "log_level"];

function batchCells(body: unknown): string[] {
  const logs = (body as { logs?: unknown } | null)?.logs;
  if (!Array.isArray(logs)) return ["batch absent"];
  const { least, most } = BATCH_BOUNDS;
  const bounds = [least - 1, least, most, most + 1];
  const sizes = bounds.includes(logs.length) ? [`batch ${logs.length}`] : [];
  return [...new Set([...sizes, ...logs.flatMap((log) => [...logCells(log)])])];
}

function* logCells(log: unknown): Iterable<string> {
  for (const [place, most] of Object.entries(LOG_TEXT_LIMITS)) {
    const value = valueAt(log, place);
    // Count characters only if needed: their number is at most the number of UTF-16 units.
    if (typeof value !== "string" || value.length < most) continue;
    const length = [...value].length;
    if (length === most) yield `${place} ${most} characters`;
    else if (length > most) yield `${place} over ${most} characters`;
  }
  for (const [place, words] of Object.entries(LOG_WORDS)) {
    const value = valueAt(log, place);
    if (typeof value !== "string") continue;
    yield `${place} ${(words as readonly string[]).includes(value) ? value : "of no known word"}`;
  }
  for (const name of LOG_PROPERTIES) if (valueAt(log, name) === null) yield `${name} null`;
  for (const name of REQUIRED_LOG_PROPERTIES) if (valueAt(log, name) === undefined) yield `${name} absent`;
  if (Object.keys(Object(log)).some((name) => !LOG_PROPERTIES.includes(name))) yield "unknown name";
}

function valueAt(log: unknown, place: string): unknown {
  return place
    .split(".")
    .reduce((from, name) => (from as Record<string, unknown> | null | undefined)?.[name], log);
}

/** The forms of an answer between which the API description leaves a choice. */
function formCells({ operation, path, response_body }: RequestEntry, verdict: Verdict): string[] {
  const body = (response_body ?? {}) as Body;
  if (operation === "logs") return batchAnswerCells(body).map((cell) => `logs ${cell}`);
  if (verdict === "refused") return [];
  if (operation === "token") return [`token refresh_token ${"refresh_token" in body ? "renewed" : "absent"}`];
  if (operation === "create") {
    return [
      `create ${body.created_timestamp === body.updated_timestamp ? "of a new id" : "of an existing id"}`,
    ];
  }
  if (operation !== "list") return [];
  if (!("bookmark" in body)) return ["list ends without bookmark"];
  if (body.bookmark === null) return ["list ends with bookmark null"];
  const count = (body.items as unknown[]).length;
  const size = Number(new URL(path, "http://emulator").searchParams.get("page_size") ?? 25);
  if (count === size) return ["list goes on after a full page"];
  return [`list goes on after ${count === 0 ? "an empty" : "a short"} page`];
}

function batchAnswerCells({ message, code, details, rejected_logs }: Body): string[] {
  const rejected = rejected_logs ?? (details as { rejected_logs?: unknown } | undefined)?.rejected_logs;
  if (!rejected && code === undefined) {
    return [`answer ${message === undefined ? "without" : "with"} message`];
  }
  const form = code === undefined ? "rejected" : details ? "detailed" : "error";
  if (!Array.isArray(rejected)) return [`answer ${form}`];
  const indexed = rejected.some((each) => "log_index" in Object(each));
  return [`answer ${form}`, `answer ${indexed ? "with" : "without"} log_index`];
}
