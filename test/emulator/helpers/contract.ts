import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import type { Operation, RequestEntry } from "../../../emulator";

/** Validates requests and answers against Pinterest's API description. */
export interface Contract {
  /** Whether the description is on this machine. If not, everything is valid. */
  readonly available: boolean;
  /** Reason why the description is not available, for skipped tests. */
  readonly reason: string;
  /** Returns the errors of a request. With `clearing`, null is valid in a body. */
  validateRequest(entry: RequestEntry, options?: { clearing?: boolean }): string[];
  /** Returns the errors of an answer. Answers of faults are valid. */
  validateAnswer(entry: RequestEntry): string[];
}

const FILE = join(__dirname, "../../../../shared/reference/pinterest-integrations.openapi.json");

const ENDPOINTS = {
  create: ["/integrations/commerce", "post"],
  get: ["/integrations/commerce/{external_business_id}", "get"],
  update: ["/integrations/commerce/{external_business_id}", "patch"],
  delete: ["/integrations/commerce/{external_business_id}", "delete"],
  list: ["/integrations", "get"],
  getById: ["/integrations/{id}", "get"],
  logs: ["/integrations/logs", "post"],
  token: ["/oauth/token", "post"],
} as const satisfies Record<Operation, readonly [string, string]>;

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
}

interface Described {
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

interface Description {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

/** Reads Pinterest's API description 5.23.0 to validate entries of the emulator's log. */
export function describeContract(): Contract {
  if (!existsSync(FILE)) {
    const reason = "Pinterest's API description is not next to this repository";
    return { available: false, reason, validateRequest: () => [], validateAnswer: () => [] };
  }
  const description: Description = JSON.parse(readFileSync(FILE, "utf8"));
  const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(description, "description");

  /** Validates a value against the schema at a path of the description. */
  const check = (pointer: readonly string[], value: unknown): string[] => {
    const escaped = pointer.map((part) =>
      encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")),
    );
    const validate = ajv.getSchema(`description#/${escaped.join("/")}`);
    if (!validate) throw new Error(`the description has nothing at ${pointer.join(" ")}`);
    return validate(value) ? [] : (validate.errors ?? []).map(errorText);
  };
  const unknownKeys = (schema: Schema | undefined, value: object): string[] => {
    const definition = description.components.schemas[schema?.$ref?.split("/").at(-1) ?? ""];
    if (!definition?.properties) return [];
    const properties = definition.properties;
    return Object.keys(value)
      .filter((key) => !(key in properties))
      .map((key) => `${key} is not described`);
  };
  const operationOf = ({ operation, path: requestPath }: RequestEntry) => {
    if (!operation) throw new Error(`no operation for the path ${requestPath}`);
    const [path, method] = ENDPOINTS[operation];
    return { path, method, described: description.paths[path]?.[method] as Described };
  };

  return {
    available: true,
    reason: "",
    validateRequest(entry, { clearing = false } = {}) {
      const { path, method, described } = operationOf(entry);
      const problems = entry.operation === "list" ? listProblems(entry.path) : queryProblems(entry.path);
      const [type = "application/json", content] =
        Object.entries(described.requestBody?.content ?? {})[0] ?? [];
      const schema = content?.schema;
      if (!schema) return entry.request_body === null ? problems : [...problems, "a body is not described"];
      if (!String(entry.request_headers["content-type"]).startsWith(type)) {
        problems.push(`the content-type is not ${type}`);
      }
      const at = ["paths", path, method, "requestBody", "content", type, "schema"];
      // This excerpt of the description lacks the fields of each grant.
      if (entry.operation === "token") return [...problems, ...check(at, asForm(entry.request_body))];
      const body = clearing ? withoutNulls(entry.request_body) : entry.request_body;
      return [...problems, ...check(at, body), ...unknownKeys(schema, Object(body))];
    },
    validateAnswer(entry) {
      const { operation, status, response_body: body } = entry;
      if (status === null || entry.fault === "answer") return [];
      if (!operation) return check(["components", "schemas", "Error"], body);
      const { path, method, described } = operationOf(entry);
      const key = String(status) in described.responses ? String(status) : "default";
      if (key === "default" && status < 400) return [`the status ${status} is not described`];
      const content = described.responses[key]?.content;
      if (!content) return body === null ? [] : ["a body is not described"];
      const at = ["paths", path, method, "responses", key, "content", "application/json", "schema"];
      const problems = check(at, body);
      if (entry.response_headers["content-type"] !== "application/json")
        problems.push("the answer is not JSON");
      if (status >= 400) return problems;
      const { IntegrationRecord } = description.components.schemas;
      if (operation === "token") return problems;
      if (operation !== "list" || !IntegrationRecord) {
        return [...problems, ...unknownKeys(content["application/json"]?.schema, Object(body))];
      }
      const record = ["components", "schemas", "IntegrationRecord"];
      const items = (body as { items: object[] }).items;
      return [
        ...problems,
        ...items.flatMap((item) => [
          ...check(record, item),
          ...unknownKeys({ $ref: record.join("/") }, item),
        ]),
      ];
    },
  };
}

function errorText({ instancePath, message }: ErrorObject): string {
  return `${instancePath || "the body"} ${message}`;
}

function queryProblems(path: string): string[] {
  return [...new URL(path, "http://emulator").searchParams.keys()].map((key) => `?${key} is not described`);
}

function listProblems(path: string): string[] {
  const query = new URL(path, "http://emulator").searchParams;
  const size = query.get("page_size") ?? "25";
  const unknown = [...query.keys()].filter((key) => key !== "page_size" && key !== "bookmark");
  const valid = /^\d+$/.test(size) && Number(size) >= 1 && Number(size) <= 250;
  return [
    ...unknown.map((key) => `?${key} is not described`),
    ...(valid ? [] : [`?page_size=${size} is out of bounds`]),
  ];
}

function asForm(body: unknown): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(typeof body === "string" ? body : ""));
}

function withoutNulls(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
