import type { Fault } from "./faults";
import { FIELD_NAMES } from "./fields";
import type { RequestEntry } from "./journal";
import { observeBatch, observeBatchAnswer } from "./log-observations";

/** Whether Pinterest accepted a request, or refused it by a rule of the description. */
export type Verdict = "taken" | "refused";

type Body = Readonly<Record<string, unknown>>;

/**
 * What a request and its answer show, in words: cells of a table of everything that Pinterest documents, so that
 * a suite of tests can say which of them it has met. No value that was sent is in them, but for the bounds.
 *
 * - `create 409`, `create 409 code 4182`, `create 5xx`: an operation, its status, Pinterest's code;
 * - `create fault reset committed`, `list fault answer spam`: what a fault did to it;
 * - `list page_size 250 taken`, `create connected_tag_id empty refused`: a documented bound, and what came of it;
 * - `429 of safety_net_app_id_user_id`, `429 Retry-After date`: which limit was met, and how it was told.
 */
export function observe(entry: RequestEntry, fault: Fault | undefined): string[] {
  const { operation } = entry;
  if (operation === null) return [];
  const cells = [...answerCells(entry), ...faultCells(entry, fault)];
  // The answer of a fault does not describe the request.
  const verdict = fault?.kind === "answer" ? undefined : verdictOf(entry.status);
  if (!verdict) return cells;
  const seen = requestCells(entry).map((cell) => `${operation} ${cell} ${verdict}`);
  return [...cells, ...seen, ...shapeCells(entry, verdict)];
}

function verdictOf(status: number | null): Verdict | undefined {
  if (status === null) return undefined;
  if (status < 300) return "taken";
  // The statuses of invalid requests. Others depend on the account, the integration, or the number of requests.
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
  const wait = headers["retry-after"];
  const form = wait === undefined ? "absent" : /^\d+$/.test(wait) ? "seconds" : "date";
  return [...cells, `429 Retry-After ${form}`];
}

function faultCells({ operation }: RequestEntry, fault: Fault | undefined): string[] {
  if (!fault) return [];
  const cell = [operation, "fault", fault.kind];
  if ("preset" in fault && fault.preset) cell.push(fault.preset);
  if ("commit" in fault && fault.commit) cell.push("committed");
  return [cell.join(" ")];
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
      return observeBatch(request_body);
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

/** The form of an answer, where the description allows several. */
function shapeCells({ operation, path, response_body }: RequestEntry, verdict: Verdict): string[] {
  const body = (response_body ?? {}) as Body;
  if (operation === "logs") return observeBatchAnswer(body).map((cell) => `logs ${cell}`);
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
