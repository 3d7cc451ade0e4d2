import { wireNames } from "../../emulator/fields";
import { logTextLimits, logWords } from "../../emulator/integration-logs";

/** A behavior of Pinterest, with a name of `observe.ts`, and the source that documents it. */
export interface DocumentedBehavior {
  readonly name: string;
  readonly source: "5.23.0" | "5.28.0" | "rate-limit guide" | "paging guide" | "public clients";
}

const documentedIn = (source: DocumentedBehavior["source"], names: readonly string[]): DocumentedBehavior[] =>
  names.map((name) => ({ name, source }));

const INTEGRATION_OPERATIONS = ["create", "get", "update", "delete", "list", "getById", "logs"] as const;
const forAllOperations = (name: string): string[] =>
  INTEGRATION_OPERATIONS.map((operation) => `${operation} ${name}`);

/** Operations and statuses of the two descriptions. Any 5xx counts as "default". */
const statuses: DocumentedBehavior[] = [
  ...documentedIn("5.23.0", [
    ...[
      "create 200",
      "get 200",
      "update 200",
      "delete 204",
      "list 200",
      "getById 200",
      "logs 200",
      "token 200",
    ],
    ...["create", "get", "update"].flatMap((operation) => [
      `${operation} 404 code 4180`,
      `${operation} 409 code 4182`,
    ]),
    "getById 404 code 4517",
    "logs 400 code 1",
    ...forAllOperations("5xx"),
    "token 5xx",
  ]),
  ...documentedIn("5.28.0", [
    "create 201",
    "delete 200",
    ...["400", "401", "403", "404", "429"].flatMap((status) => forAllOperations(status)),
  ]),
  ...documentedIn("public clients", [
    ...forAllOperations("401 code 2"),
    ...forAllOperations("401 code 3"),
    ...forAllOperations("403 code 29"),
    "create 409 code 4163",
    "delete 404 code 4180",
    "token 401 code 2",
    "token 401 code 283",
    "token 400 code 1",
  ]),
];

const fields: DocumentedBehavior[] = [
  ...documentedIn(
    "5.23.0",
    wireNames.flatMap((name) => [`create ${name} set accepted`, `update ${name} set accepted`]),
  ),
  ...documentedIn("5.23.0", [
    "create external_business_id 2048 characters accepted",
    "get external_business_id 2048 characters accepted",
    "update external_business_id 2048 characters accepted",
    "delete external_business_id 2048 characters accepted",
    "update no fields accepted",
  ]),
  ...documentedIn("public clients", [
    "create external_business_id absent rejected",
    "create connected_advertiser_id empty rejected",
    "create connected_tag_id empty rejected",
    "create of a new ID",
    "create of an existing ID",
    "update external_business_id of the path accepted",
    "delete body present accepted",
    "delete body absent accepted",
  ]),
];

const lists: DocumentedBehavior[] = [
  ...documentedIn("5.23.0", [
    ...["default", "1", "250", "within"].map((size) => `list page_size ${size} accepted`),
    ...["0", "251", "not numeric"].map((size) => `list page_size ${size} rejected`),
    "list bookmark accepted",
    "list bookmark rejected",
    "list ends without bookmark",
    "getById numeric accepted",
  ]),
  ...documentedIn("paging guide", [
    "list ends with bookmark null",
    "list continues after a full page",
    "list continues after a short page",
    "list continues after an empty page",
  ]),
  ...documentedIn("5.28.0", ["getById not numeric rejected"]),
];

/** Strings of a log entry that can be null. */
const LOG_NULLABLE = ["external_business_id", "advertiser_id", "merchant_id", "tag_id", "feed_profile_id"];

const logs: DocumentedBehavior[] = [
  ...documentedIn("5.23.0", [
    ...["1", "250"].map((count) => `logs batch ${count} accepted`),
    ...["0", "251"].map((count) => `logs batch ${count} rejected`),
    ...Object.entries(logTextLimits).flatMap(([path, limit]) => [
      `logs ${path} ${limit} characters accepted`,
      `logs ${path} over ${limit} characters rejected`,
    ]),
    ...LOG_NULLABLE.map((path) => `logs ${path} null accepted`),
    ...["message", "app_version_number", "platform_version_number", "error", "request"].map(
      (path) => `logs ${path} null rejected`,
    ),
    ...Object.entries(logWords).flatMap(([path, values]) =>
      values.map((value) => `logs ${path} ${value} accepted`),
    ),
    ...Object.keys(logWords).map((path) => `logs ${path} unknown value rejected`),
    ...["client_timestamp", "event_type", "log_level"].map((path) => `logs ${path} absent rejected`),
    "logs batch absent rejected",
    "logs unknown name rejected",
    "logs answer with message",
    "logs answer without message",
    "logs answer error",
    "logs answer detailed",
    "logs answer with log_index",
    "logs answer without log_index",
  ]),
  ...documentedIn("5.28.0", ["logs answer rejected"]),
];

const tokens: DocumentedBehavior[] = documentedIn("5.23.0", [
  "token grant_type refresh_token accepted",
  "token grant_type unknown rejected",
  "token grant_type absent rejected",
  "token refresh_token renewed",
  "token refresh_token absent",
]);

const limits: DocumentedBehavior[] = [
  ...documentedIn(
    "rate-limit guide",
    ["safety_net", "ads_read", "ads_write", "org_read"].map((name) => `429 of ${name}_app_id_user_id`),
  ),
  ...documentedIn("public clients", ["429 Retry-After absent"]),
  ...documentedIn("5.23.0", [...forAllOperations("429 code 8"), "token 429 code 8"]),
];

/** Behaviors that Pinterest documents or that public clients recorded: statuses, limits of values, forms of answers, and rate limits. */
export const documented: readonly DocumentedBehavior[] = [
  ...statuses,
  ...fields,
  ...lists,
  ...logs,
  ...tokens,
  ...limits,
];
