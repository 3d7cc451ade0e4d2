import type { Operation } from "../../emulator";

/** A part of a JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

const text = { type: "string" };
const integer = { type: "integer" };
const number = { type: "number" };
const digits = { type: "string", pattern: "^\\d+$" };
const orNull = (schema: Schema): Schema => ({ ...schema, nullable: true });
const shortText = (maxLength: number): Schema => ({ ...text, maxLength });
const oneOf = (...values: string[]): Schema => ({ ...text, enum: values });

/** An object in which properties can be absent unless they are required, and in which unknown ones are allowed. */
const object = (properties: Readonly<Record<string, Schema>>, ...required: string[]) => ({
  type: "object",
  ...(required.length === 0 ? {} : { required }),
  properties,
});

/** An object without unknown properties. */
const closed = (...args: Parameters<typeof object>) => ({ ...object(...args), additionalProperties: false });

/** The fields that every description of an integration has. */
const shared = {
  additional_id_1: text,
  connected_advertiser_id: text,
  connected_lba_id: text,
  connected_merchant_id: text,
  connected_tag_id: text,
  partner_metadata: text,
  scopes: text,
};

/** The fields that only writes and the records of a list have. */
const secrets = { partner_access_token: text, partner_primary_email: text, partner_refresh_token: text };

const expiries = (type: Schema) => ({
  partner_access_token_expiry: type,
  partner_refresh_token_expiry: type,
});

const allOrNull = (properties: Readonly<Record<string, Schema>>) =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, orNull(schema)]));

const headers = { type: "object", additionalProperties: text };

/** The bodies of requests and responses, under the names that Pinterest's API description 5.23.0 gives them. */
export const schemas = {
  IntegrationRequest: object({ external_business_id: text, ...shared, ...secrets, ...expiries(integer) }),
  IntegrationRequestPatch: object({ ...shared, ...secrets, ...expiries(number) }),
  IntegrationMetadata: object({
    id: digits,
    external_business_id: text,
    connected_user_id: text,
    created_timestamp: number,
    updated_timestamp: number,
    ...shared,
    ...expiries(number),
  }),
  IntegrationRecord: object({
    id: digits,
    connected_user_id: text,
    created_time: integer,
    updated_time: integer,
    ...allOrNull({ external_business_id: text, ...shared, ...secrets, ...expiries(integer) }),
  }),
  Paginated: object({ items: { type: "array", items: { type: "object" } }, bookmark: orNull(text) }, "items"),
  IntegrationLogsRequest: closed(
    {
      logs: {
        type: "array",
        minItems: 1,
        maxItems: 250,
        items: { $ref: "#/components/schemas/IntegrationLog" },
      },
    },
    "logs",
  ),
  IntegrationLog: closed(
    {
      client_timestamp: integer,
      event_type: oneOf("APP", "API"),
      log_level: oneOf("INFO", "WARN", "ERROR"),
      advertiser_id: orNull(shortText(128)),
      app_version_number: shortText(20),
      error: { $ref: "#/components/schemas/IntegrationLogClientError" },
      external_business_id: orNull(shortText(2048)),
      feed_profile_id: orNull(shortText(128)),
      merchant_id: orNull(shortText(128)),
      message: shortText(8192),
      platform_version_number: shortText(20),
      request: { $ref: "#/components/schemas/IntegrationLogClientRequest" },
      tag_id: orNull(shortText(128)),
    },
    "client_timestamp",
    "event_type",
    "log_level",
  ),
  IntegrationLogClientError: closed({
    cause: shortText(512),
    column_number: integer,
    file_name: shortText(256),
    line_number: integer,
    message: shortText(8192),
    message_detail: shortText(1024),
    name: shortText(256),
    number: integer,
    stack_trace: text,
  }),
  IntegrationLogClientRequest: closed(
    {
      method: oneOf("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"),
      host: text,
      path: text,
      request_headers: headers,
      response_headers: headers,
      response_status_code: integer,
    },
    "method",
    "host",
    "path",
  ),
  IntegrationLogsSuccessResponse: object({ message: text }),
  OauthAccessTokenRequest: object(
    { grant_type: oneOf("authorization_code", "refresh_token", "client_credentials") },
    "grant_type",
  ),
  OauthAccessTokenResponse: object(
    {
      access_token: text,
      expires_in: integer,
      response_type: oneOf("authorization_code", "refresh_token", "client_credentials"),
      scope: text,
      token_type: { ...text, default: "bearer" },
    },
    "access_token",
    "token_type",
    "expires_in",
    "scope",
  ),
  Error: object({ code: integer, message: text }, "code", "message"),
  DetailedError: object(
    { code: integer, message: text, details: { type: "object" } },
    "code",
    "message",
    "details",
  ),
} satisfies Record<string, Schema>;

export type SchemaName = keyof typeof schemas;

/** A body; several names if it has one of several forms; null if there is none. */
type Body = SchemaName | readonly SchemaName[] | null;

/** An operation of Pinterest's API. */
export interface Fact {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, Schema>>;
  readonly request?: SchemaName;
  /** The content type of the request. @default application/json */
  readonly contentType?: string;
  /** Bodies by status. Other failures have the body `Error`. */
  readonly responses: Readonly<Record<number, Body>>;
  /** Error codes by status, as the description's examples have them. */
  readonly codes?: Readonly<Record<number, number>>;
  /** The statuses of success that the changelog to 5.28.0 adds. */
  readonly responses528?: Readonly<Record<number, Body>>;
}

const integration = "/integrations/commerce/{external_business_id}";
const ownership = {
  responses: { 200: "IntegrationMetadata", 404: "Error", 409: "Error" },
  codes: { 404: 4180, 409: 4182 },
} as const;

/** Pinterest's integrations API 5.23.0: paths, methods, statuses, codes and bodies. */
export const facts: Readonly<Record<Operation, Fact>> = {
  create: {
    method: "POST",
    path: "/integrations/commerce",
    request: "IntegrationRequest",
    ...ownership,
    responses528: { 201: "IntegrationMetadata" },
  },
  get: { method: "GET", path: integration, ...ownership },
  update: { method: "PATCH", path: integration, request: "IntegrationRequestPatch", ...ownership },
  delete: {
    method: "DELETE",
    path: integration,
    responses: { 204: null },
    responses528: { 200: "IntegrationMetadata" },
  },
  list: {
    method: "GET",
    path: "/integrations",
    query: { bookmark: text, page_size: { ...integer, minimum: 1, maximum: 250, default: 25 } },
    responses: { 200: "Paginated" },
  },
  getById: {
    method: "GET",
    path: "/integrations/{id}",
    responses: { 200: "IntegrationRecord", 404: "Error" },
    codes: { 404: 4517 },
  },
  logs: {
    method: "POST",
    path: "/integrations/logs",
    request: "IntegrationLogsRequest",
    responses: { 200: "IntegrationLogsSuccessResponse", 400: ["Error", "DetailedError"] },
  },
  token: {
    method: "POST",
    path: "/oauth/token",
    request: "OauthAccessTokenRequest",
    contentType: "application/x-www-form-urlencoded",
    responses: { 200: "OauthAccessTokenResponse" },
  },
};
