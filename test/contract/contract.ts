import { Ajv, type ErrorObject } from "ajv";
import type { RequestEntry, Switches } from "../../emulator";
import { facts, type SchemaName, schemas } from "./facts";

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ components: { schemas } }, "facts");

/** The errors of a value in the place of a body. */
function check(name: SchemaName, value: unknown): string[] {
  const validate = ajv.getSchema(`facts#/components/schemas/${name}`);
  if (validate === undefined) throw new Error(`there are no facts about ${name}`);
  return validate(value) ? [] : (validate.errors ?? []).map(errorText);
}

/** Like {@link check}. Unknown properties are also errors, although Pinterest may add some. */
function checkAll(name: SchemaName, value: unknown): string[] {
  const unknown = Object.keys(Object(value)).filter((key) => !(key in schemas[name].properties));
  return [...check(name, value), ...unknown.map((key) => `${key} is not described`)];
}

/** The errors of a request in the emulator's log. With `clearing`, null is valid in a body. */
export function requestErrors(entry: RequestEntry, { clearing = false } = {}): string[] {
  const { request, contentType = "application/json" } = factOf(entry);
  const problems = queryErrors(entry);
  if (request === undefined) {
    return entry.request_body === null ? problems : [...problems, "a body is not described"];
  }
  if (!String(entry.request_headers["content-type"]).startsWith(contentType)) {
    problems.push(`the content-type is not ${contentType}`);
  }
  // The facts do not include the fields of each grant.
  if (entry.operation === "token") return [...problems, ...check(request, asForm(entry.request_body))];
  const body = clearing ? withoutNulls(entry.request_body) : entry.request_body;
  return [...problems, ...checkAll(request, body)];
}

/** The errors of a response in the emulator's log. Responses of faults are valid. */
export function responseErrors(entry: RequestEntry, generation: Switches["generation"] = "5.23"): string[] {
  const { operation, status, response_body: body } = entry;
  if (status === null || entry.fault === "response") return [];
  if (operation === null) return check("Error", body);
  const { responses, responses528 } = factOf(entry);
  const described = { ...responses, ...(generation === "5.28" && responses528) }[status];
  if (described === undefined && status < 400) return [`the status ${status} is not described`];
  if (described === null) return body === null ? [] : ["a body is not described"];
  const isJson = entry.response_headers["content-type"] === "application/json";
  const forms: readonly SchemaName[] = [described ?? "Error"].flat();
  const errors = forms.map((form) => bodyErrors(form, body));
  return [
    ...(isJson ? [] : ["the response is not JSON"]),
    ...(errors.some((each) => each.length === 0) ? [] : errors.flat()),
  ];
}

function bodyErrors(name: SchemaName, body: unknown): string[] {
  if (name === "IntegrationMetadata" || name === "IntegrationRecord") return checkAll(name, body);
  const items = name === "Paginated" ? (body as { items: object[] }).items : [];
  return [...check(name, body), ...items.flatMap((item) => checkAll("IntegrationRecord", item))];
}

function factOf({ operation, path }: RequestEntry) {
  if (operation === null) throw new Error(`no operation for the path ${path}`);
  return facts[operation];
}
function errorText({ instancePath, message }: ErrorObject): string {
  return `${instancePath || "the body"} ${message}`;
}

function queryErrors(entry: RequestEntry): string[] {
  const { query: described = {} } = factOf(entry);
  return [...new URL(entry.path, "http://emulator").searchParams].flatMap(([name, value]) => {
    const schema = described[name];
    if (schema === undefined) return [`?${name} is not described`];
    const typed = schema.type === "integer" ? Number(value) : value;
    return ajv.validate(schema, typed) ? [] : [`?${name}=${value} is out of bounds`];
  });
}

function asForm(body: unknown): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(typeof body === "string" ? body : ""));
}

function withoutNulls(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
