import { FIELD_NAMES } from "../../emulator/fields";
import { LOG_TEXT_LIMITS, LOG_WORDS } from "../../emulator/integration-logs";

/** Something that Pinterest documents, in the words of `observe.ts`, and where. */
export interface Documented {
  readonly cell: string;
  readonly source: "5.23.0" | "5.28.0" | "rate-limit guide" | "paging guide" | "public clients";
}

const of = (source: Documented["source"], cells: readonly string[]): Documented[] =>
  cells.map((cell) => ({ cell, source }));

const SEVEN = ["create", "get", "update", "delete", "list", "getById", "logs"] as const;
const all = (cell: string): string[] => SEVEN.map((operation) => `${operation} ${cell}`);

/** Operations and statuses of the two descriptions; "default" is shown by any 5xx. */
const statuses: Documented[] = [
  ...of("5.23.0", [
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
    ...all("5xx"),
    "token 5xx",
  ]),
  ...of("5.28.0", [
    "create 201",
    "delete 200",
    ...["400", "401", "403", "404", "429"].flatMap((status) => all(status)),
  ]),
  ...of("public clients", [
    ...all("401 code 2"),
    ...all("401 code 3"),
    ...all("403 code 29"),
    "delete 404 code 4180",
    "token 401 code 2",
    "token 401 code 283",
    "token 400 code 1",
  ]),
];

const fields: Documented[] = [
  ...of(
    "5.23.0",
    FIELD_NAMES.flatMap((name) => [`create ${name} set taken`, `update ${name} set taken`]),
  ),
  ...of("5.23.0", [
    "create external_business_id 2048 characters taken",
    "get external_business_id 2048 characters taken",
    "update external_business_id 2048 characters taken",
    "delete external_business_id 2048 characters taken",
    "update no field taken",
  ]),
  ...of("public clients", [
    "create external_business_id absent refused",
    "create connected_advertiser_id empty refused",
    "create connected_tag_id empty refused",
    "create of a new id",
    "create of an existing id",
    "update external_business_id of the path taken",
    "delete body present taken",
    "delete body absent taken",
  ]),
];

const lists: Documented[] = [
  ...of("5.23.0", [
    ...["default", "1", "250", "within"].map((size) => `list page_size ${size} taken`),
    ...["0", "251", "no number"].map((size) => `list page_size ${size} refused`),
    "list bookmark taken",
    "list bookmark refused",
    "list ends without bookmark",
    "getById number taken",
  ]),
  ...of("paging guide", [
    "list ends with bookmark null",
    "list goes on after a full page",
    "list goes on after a short page",
    "list goes on after an empty page",
  ]),
  ...of("5.28.0", ["getById no number refused"]),
];

/** Strings of a log entry that can be null. */
const LOG_NULLABLE = ["external_business_id", "advertiser_id", "merchant_id", "tag_id", "feed_profile_id"];

const logs: Documented[] = [
  ...of("5.23.0", [
    ...["1", "250"].map((count) => `logs batch ${count} taken`),
    ...["0", "251"].map((count) => `logs batch ${count} refused`),
    ...Object.entries(LOG_TEXT_LIMITS).flatMap(([place, most]) => [
      `logs ${place} ${most} characters taken`,
      `logs ${place} over ${most} characters refused`,
    ]),
    ...LOG_NULLABLE.map((place) => `logs ${place} null taken`),
    ...["message", "app_version_number", "platform_version_number", "error", "request"].map(
      (place) => `logs ${place} null refused`,
    ),
    ...Object.entries(LOG_WORDS).flatMap(([place, words]) =>
      words.map((word) => `logs ${place} ${word} taken`),
    ),
    ...Object.keys(LOG_WORDS).map((place) => `logs ${place} of no known word refused`),
    ...["client_timestamp", "event_type", "log_level"].map((place) => `logs ${place} absent refused`),
    "logs batch absent refused",
    "logs unknown name refused",
    "logs answer with message",
    "logs answer without message",
    "logs answer error",
    "logs answer detailed",
    "logs answer with log_index",
    "logs answer without log_index",
  ]),
  ...of("5.28.0", ["logs answer rejected"]),
];

const tokens: Documented[] = of("5.23.0", [
  "token grant_type refresh_token taken",
  "token grant_type client_credentials taken",
  "token grant_type unknown refused",
  "token grant_type absent refused",
  "token refresh_token renewed",
  "token refresh_token absent",
]);

const limits: Documented[] = [
  ...of(
    "rate-limit guide",
    ["safety_net", "ads_read", "ads_write", "org_read"].map((name) => `429 of ${name}_app_id_user_id`),
  ),
  ...of("public clients", ["429 Retry-After absent"]),
  ...of("5.23.0", [...all("429 code 8"), "token 429 code 8"]),
];

/** What Pinterest documents, or was seen to do: operations and statuses, bounds, forms of answers, limits. */
export const documented: readonly Documented[] = [
  ...statuses,
  ...fields,
  ...lists,
  ...logs,
  ...tokens,
  ...limits,
];
