import type { RequestEntry } from "../../emulator";
import { wireNames } from "../../emulator/fields";
import { batchBounds, integrationLogSchema, logTextLimits, logWords } from "../../emulator/integration-logs";

/** Whether Pinterest accepted a request, or rejected it because it violates the API description. */
type Verdict = "accepted" | "rejected";

type Body = Readonly<Record<string, unknown>>;

/**
 * Returns the names of the behaviors (`documented.ts`) in a request and its answer. They contain no values of the request.
 *
 * - `create 409`, `create 409 code 4182`, `create 5xx`: operation, status, Pinterest's code.
 * - `list page_size 250 accepted`, `create connected_tag_id empty rejected`: a documented limit, and the verdict.
 * - `429 of safety_net_app_id_user_id`, `429 Retry-After absent`: the rate limit, and whether the answer has a `Retry-After` header.
 */
export function observe(entry: RequestEntry): string[] {
  const { operation } = entry;
  if (operation === null) return [];
  const answers = answerBehaviors(entry);
  // The answer of a fault does not depend on the request.
  const verdict = entry.fault === "answer" ? undefined : verdictOf(entry.status);
  if (!verdict) return answers;
  const requests = requestBehaviors(entry).map((name) => `${operation} ${name} ${verdict}`);
  return [...answers, ...requests, ...formBehaviors(entry, verdict)];
}

function verdictOf(status: number | null): Verdict | undefined {
  if (status === null) return undefined;
  if (status < 300) return "accepted";
  // These statuses are about permissions, other integrations and rate limits.
  return [401, 403, 404, 409, 429].includes(status) || status >= 500 ? undefined : "rejected";
}

function answerBehaviors({
  operation,
  status,
  response_body,
  response_headers: headers,
}: RequestEntry): string[] {
  if (status === null) return [];
  const behaviors = [`${operation} ${status}`];
  const code = (response_body as { code?: unknown } | null)?.code;
  if (code !== undefined) behaviors.push(`${operation} ${status} code ${code}`);
  if (status >= 500) behaviors.push(`${operation} 5xx`);
  if (status !== 429) return behaviors;
  const [nearest, ...windows] = (headers["x-ratelimit-limit"] ?? "").split(", ");
  const full = windows.find((window) => window.startsWith(`${nearest};`));
  const [, name] = /name="(\w+)"/.exec(full ?? "") ?? [];
  if (name !== undefined) behaviors.push(`429 of ${name}`);
  return [...behaviors, `429 Retry-After ${"retry-after" in headers ? "present" : "absent"}`];
}

/** The behaviors of a request. */
function requestBehaviors({
  operation,
  path,
  request_body,
  external_business_id: id,
}: RequestEntry): string[] {
  const { searchParams: query, pathname } = new URL(path, "http://emulator");
  const body = (typeof request_body === "object" ? (request_body ?? {}) : {}) as Body;
  switch (operation) {
    case "create":
      return [...idBehaviors(id), ...fieldBehaviors(body)];
    case "get":
      return idBehaviors(id);
    case "update":
      return [...idBehaviors(id), ...updateBehaviors(body, pathname)];
    case "delete":
      return [...idBehaviors(id), request_body === null ? "body absent" : "body present"];
    case "list":
      return listBehaviors(query);
    case "getById":
      return [/\/\d+$/.test(pathname) ? "numeric" : "not numeric"];
    case "logs":
      return batchBehaviors(request_body);
    case "token":
      return [grantBehavior(String(request_body ?? ""))];
    default:
      return [];
  }
}

const LONGEST_ID = 2048;

function idBehaviors(id: string | null): string[] {
  if (!id) return ["external_business_id absent"];
  const length = [...id].length;
  return length === LONGEST_ID ? [`external_business_id ${LONGEST_ID} characters`] : [];
}

function updateBehaviors(body: Body, pathname: string): string[] {
  const fields = fieldBehaviors(body);
  const value = body.external_business_id;
  if (typeof value !== "string") return fields.length > 0 ? fields : ["no fields"];
  const same = pathname.endsWith(`/${encodeURIComponent(value)}`);
  return [...fields, `external_business_id ${same ? "of the path" : "of another"}`];
}

function fieldBehaviors(body: Body): string[] {
  return wireNames
    .filter((name) => name in body)
    .map((name) => {
      const value = body[name];
      if (value === null) return `${name} null`;
      return value === "" || value === 0 ? `${name} empty` : `${name} set`;
    });
}

function listBehaviors(query: URLSearchParams): string[] {
  const size = query.get("page_size");
  const bounds = ["0", "1", "250", "251"];
  const value =
    size === null ? "default" : bounds.includes(size) ? size : Number(size) > 0 ? "within" : "not numeric";
  return [`page_size ${value}`, ...(query.has("bookmark") ? ["bookmark"] : [])];
}

function grantBehavior(form: string): string {
  const grant = new URLSearchParams(form).get("grant_type");
  return `grant_type ${grant === null ? "absent" : grant === "refresh_token" ? grant : "unknown"}`;
}

const LOG_PROPERTIES = Object.keys(integrationLogSchema.shape);
const REQUIRED_LOG_PROPERTIES = ["client_timestamp", "event_type", "log_level"];

function batchBehaviors(body: unknown): string[] {
  const logs = (body as { logs?: unknown } | null)?.logs;
  if (!Array.isArray(logs)) return ["batch absent"];
  const { least, most } = batchBounds;
  const bounds = [least - 1, least, most, most + 1];
  const sizes = bounds.includes(logs.length) ? [`batch ${logs.length}`] : [];
  return [...new Set([...sizes, ...logs.flatMap((log) => [...logBehaviors(log)])])];
}

function* logBehaviors(log: unknown): Iterable<string> {
  for (const [path, most] of Object.entries(logTextLimits)) {
    const value = valueAt(log, path);
    // Count characters only if needed: their number is at most the number of UTF-16 units.
    if (typeof value !== "string" || value.length < most) continue;
    const length = [...value].length;
    if (length === most) yield `${path} ${most} characters`;
    else if (length > most) yield `${path} over ${most} characters`;
  }
  for (const [path, words] of Object.entries(logWords)) {
    const value = valueAt(log, path);
    if (typeof value !== "string") continue;
    yield `${path} ${(words as readonly string[]).includes(value) ? value : "unknown value"}`;
  }
  for (const name of LOG_PROPERTIES) if (valueAt(log, name) === null) yield `${name} null`;
  for (const name of REQUIRED_LOG_PROPERTIES) if (valueAt(log, name) === undefined) yield `${name} absent`;
  if (Object.keys(Object(log)).some((name) => !LOG_PROPERTIES.includes(name))) yield "unknown name";
}

function valueAt(log: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce((from, name) => (from as Record<string, unknown> | null | undefined)?.[name], log);
}

/** The form of an answer, if the API description allows several. */
function formBehaviors({ operation, path, response_body }: RequestEntry, verdict: Verdict): string[] {
  const body = (response_body ?? {}) as Body;
  if (operation === "logs") return batchAnswerBehaviors(body).map((name) => `logs ${name}`);
  if (verdict === "rejected") return [];
  if (operation === "token") return [`token refresh_token ${"refresh_token" in body ? "renewed" : "absent"}`];
  if (operation === "create") {
    return [
      `create ${body.created_timestamp === body.updated_timestamp ? "of a new ID" : "of an existing ID"}`,
    ];
  }
  if (operation !== "list") return [];
  if (!("bookmark" in body)) return ["list ends without bookmark"];
  if (body.bookmark === null) return ["list ends with bookmark null"];
  const count = (body.items as unknown[]).length;
  const size = Number(new URL(path, "http://emulator").searchParams.get("page_size") ?? 25);
  if (count === size) return ["list continues after a full page"];
  return [`list continues after ${count === 0 ? "an empty" : "a short"} page`];
}

function batchAnswerBehaviors({ message, code, details, rejected_logs }: Body): string[] {
  const rejected = rejected_logs ?? (details as { rejected_logs?: unknown } | undefined)?.rejected_logs;
  if (!rejected && code === undefined) {
    return [`answer ${message === undefined ? "without" : "with"} message`];
  }
  const form = code === undefined ? "rejected" : details ? "detailed" : "error";
  if (!Array.isArray(rejected)) return [`answer ${form}`];
  const indexed = rejected.some((each) => "log_index" in Object(each));
  return [`answer ${form}`, `answer ${indexed ? "with" : "without"} log_index`];
}
