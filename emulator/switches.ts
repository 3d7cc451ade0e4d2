import { z } from "zod";
import { type FieldName, wireNames } from "./fields";
import { type RateLimits, rateLimitsSchema } from "./rate-limits";

/**
 * Switches for the emulator's behavior if Pinterest's versions differ, or if Pinterest's behavior is unknown. The evidence is Pinterest's API
 * description (5.23.0), its [changelog to 5.28.0](https://github.com/pinterest/api-description/blob/068b515/v5/changelog-5.23-to-5.28.md), and public
 * clients. "No evidence" marks behavior that none of them shows.
 */
export interface Switches {
  /**
   * API description to follow. It sets the default of `createStatus`, `deleteStatus`, `foreignStatus` and `logsErrorShape`. With 5.23, an
   * expiry of a create must be an integer, and a non-numeric integration ID in the path is rejected with 404. With 5.28, an expiry can be
   * any number, such an ID is rejected with 400, and no operation responds with 409.
   *
   * @default "5.23"
   */
  generation: "5.23" | "5.28";
  /** Status of a create of a new ID. The changelog adds 201. @default 200; in generation 5.28, 201 */
  createStatus: 200 | 201;
  /** Status of a delete: 204 without a body, or 200 with the deleted integration. The changelog adds 200. @default 204; in generation 5.28, 200 */
  deleteStatus: 204 | 200;
  /**
   * Response for an ID that belongs to another owner: 409 with code 4182, or 403 with code 29. The changelog removes 409 and adds 403. No
   * source has the code of this 403.
   *
   * @default 409; in generation 5.28, 403
   */
  foreignStatus: 409 | 403;
  /**
   * Effect of a create if the caller already owns the ID. `merge`: change the fields that were sent. `replace`: also unset all others.
   * `conflict`: fail, with 409 or in generation 5.28 with 400. Public clients treat a create as an upsert; the merge is inferred.
   *
   * @default "merge"
   */
  postExisting: "merge" | "replace" | "conflict";
  /** Effect of null in a write: unset the field, ignore it, or fail with 400. No evidence. @default "clears" */
  clearByNull: "clears" | "ignored" | "refused";
  /** Fields whose writes are accepted and have no effect. `--switch` separates them by commas. @default none */
  ignoredFields: readonly FieldName[];
  /** Whether a write that changes nothing sets the time of the last update. No evidence. @default true */
  noopTouches: boolean;
  /** Unset fields in the responses of create, get and update: "" or 0 (as a public client recorded), null, or absent. @default "empty" */
  metadataUnset: "empty" | "null" | "omitted";
  /** Form of unset fields in the list and in reads by integration ID. They are nullable in 5.23.0. @default "null" */
  recordUnset: "null" | "omitted";
  /**
   * Form of partner tokens and e-mail in the list and in reads by integration ID. Examples in 5.23.0 show them. Responses of create, get and
   * update never contain them.
   *
   * @default "shown"
   */
  recordSecrets: "shown" | "null" | "masked" | "omitted";
  /** Whether expiries keep their milliseconds, or are cut to the second. No evidence. @default "none" */
  expiryRounding: "none" | "seconds";
  /** Whether `partner_metadata` that is JSON is returned with other whitespace. No evidence. @default false */
  metadataReserialized: boolean;
  /** Bookmark of the last page: null, or absent. Pinterest's paging guide has null; 5.23.0 allows both. @default "null" */
  lastBookmark: "null" | "omitted";
  /**
   * Whether pages end early although more follow. `half`: a page has half of `page_size`. `empty`: every second page is empty. The paging
   * guide does not promise full pages.
   *
   * @default "off"
   */
  shortPages: "off" | "half" | "empty";
  /** Order of the list, by creation. No evidence. @default "oldest" */
  listOrder: "oldest" | "newest";
  /**
   * Content of a bookmark: the last integration, or the number of integrations before it. With `offset`, a change between two pages makes
   * an integration appear twice or not at all. No evidence.
   *
   * @default "record"
   */
  bookmarkBy: "record" | "offset";
  /**
   * Number of reads after a write that return the state before it. A get counts for its integration, a list for all of the caller's.
   * Administrative changes are visible at once. No evidence.
   *
   * @default 0
   */
  readLag: number;
  /**
   * Response to a delete of an ID that belongs to another owner: refused like other operations, 404, or success without a deletion. 5.8.0
   * had 409; later descriptions say nothing.
   *
   * @default "refused"
   */
  deleteForeign: "refused" | "missing" | "pretends";
  /** Response to a delete of an unknown ID: 404 with code 4180, or success. @default "missing" */
  deleteMissing: "missing" | "succeeds";
  /** Status of a create without an `external_business_id`, from 400 to 499. Inferred. @default 400 */
  missingExternalIdStatus: number;
  /** Whether an invalid log entry rejects the whole batch, or only itself. Inferred. @default "whole" */
  logsRejection: "whole" | "partial";
  /**
   * Body of the 400 for a batch of log entries: code and message, also details, or only the list of rejected entries. 5.23.0 documents the
   * first two. The changelog replaces them with the third.
   *
   * @default `error`; in generation 5.28, `rejected`
   */
  logsErrorShape: "error" | "detailed" | "rejected";
  /** Whether a rejection names the entry's position in the batch. Optional in 5.23.0. @default "shown" */
  logsIndex: "shown" | "omitted";
  /** Message in the response to an accepted batch. Optional in 5.23.0. @default "shown" */
  logsMessage: "shown" | "omitted";
  /**
   * What a refresh does to the refresh token. `grace`: return a new one, and keep the old one valid. `strict`: return a new one, and
   * revoke the old one. `none`: return no new one. Responds with and without a new one were recorded.
   *
   * @default "grace"
   */
  refreshTokenRotation: "strict" | "grace" | "none";
  /**
   * Rate limits, above which the response is 429 with code 8. `off`: no limits and no headers. `standard` and `trial`: the published limits
   * of these kinds of access. An object sets your own windows.
   *
   * @default "off"
   */
  rateLimits: RateLimits;
  /**
   * Whether a write gets 429 with code 8 while another write of the same integration is in progress, or during this time after it, in
   * milliseconds. The text of code 8 mentions this, without a figure.
   *
   * @default "off"
   */
  writeSpacing: number | "off";
  /** Send the code of an error as a string. The description has integers; a public client expects strings. @default false */
  codeAsText: boolean;
  /** Add undocumented fields to every response. @default false */
  extraFields: boolean;
}

type SwitchTable = {
  readonly [S in keyof Switches]: readonly [schema: z.ZodType<Switches[S]>, fallback?: Switches[S]];
};

/** Values and default of each switch. Defaults that depend on `generation` are in `generations`. */
const switchTable: SwitchTable = {
  generation: [z.enum(["5.23", "5.28"]), "5.23"],
  createStatus: [z.literal([200, 201])],
  deleteStatus: [z.literal([204, 200])],
  foreignStatus: [z.literal([409, 403])],
  postExisting: [z.enum(["merge", "replace", "conflict"]), "merge"],
  clearByNull: [z.enum(["clears", "ignored", "refused"]), "clears"],
  ignoredFields: [z.array(z.enum(wireNames)).readonly(), []],
  noopTouches: [z.boolean(), true],
  metadataUnset: [z.enum(["empty", "null", "omitted"]), "empty"],
  recordUnset: [z.enum(["null", "omitted"]), "null"],
  recordSecrets: [z.enum(["shown", "null", "masked", "omitted"]), "shown"],
  expiryRounding: [z.enum(["none", "seconds"]), "none"],
  metadataReserialized: [z.boolean(), false],
  lastBookmark: [z.enum(["null", "omitted"]), "null"],
  shortPages: [z.enum(["off", "half", "empty"]), "off"],
  listOrder: [z.enum(["oldest", "newest"]), "oldest"],
  bookmarkBy: [z.enum(["record", "offset"]), "record"],
  readLag: [z.int().min(0), 0],
  deleteForeign: [z.enum(["refused", "missing", "pretends"]), "refused"],
  deleteMissing: [z.enum(["missing", "succeeds"]), "missing"],
  missingExternalIdStatus: [z.int().min(400).max(499), 400],
  logsRejection: [z.enum(["whole", "partial"]), "whole"],
  logsErrorShape: [z.enum(["error", "detailed", "rejected"])],
  logsIndex: [z.enum(["shown", "omitted"]), "shown"],
  logsMessage: [z.enum(["shown", "omitted"]), "shown"],
  refreshTokenRotation: [z.enum(["strict", "grace", "none"]), "grace"],
  rateLimits: [rateLimitsSchema, "off"],
  writeSpacing: [
    z.union([z.int().min(0), z.literal("off")], "Invalid input: expected off, or milliseconds"),
    "off",
  ],
  codeAsText: [z.boolean(), false],
  extraFields: [z.boolean(), false],
};

const generations = {
  "5.23": { createStatus: 200, deleteStatus: 204, foreignStatus: 409, logsErrorShape: "error" },
  "5.28": { createStatus: 201, deleteStatus: 200, foreignStatus: 403, logsErrorShape: "rejected" },
} as const satisfies Record<Switches["generation"], Partial<Switches>>;

const table = Object.entries(switchTable);

const defaultSwitches = Object.fromEntries(
  table.flatMap(([name, [, fallback]]) => (fallback === undefined ? [] : [[name, fallback]])),
) as Omit<Switches, keyof (typeof generations)["5.23"]>;

/** Some of the switches. */
export const switchOptionsSchema = z.strictObject(
  Object.fromEntries(table.map(([name, [schema]]) => [name, schema.optional()])),
) as z.ZodType<Partial<Switches>>;

/**
 * Adds the defaults to the given switches.
 *
 * @throws ZodError that names an unknown switch, or one with an invalid value.
 */
export function resolveSwitches(given: Partial<Switches>): Switches {
  const checked = switchOptionsSchema.parse(given);
  return { ...defaultSwitches, ...generations[checked.generation ?? defaultSwitches.generation], ...checked };
}

/**
 * Parses a switch from `name=value`. The value is text, JSON, or a list that is separated by commas.
 *
 * @throws Error if the name is unknown or the value is invalid.
 */
export function parseSwitch(argument: string): Partial<Switches> {
  const [, name = argument, value = ""] = /^([^=]*)=(.*)$/s.exec(argument) ?? [];
  if (!Object.hasOwn(switchTable, name)) {
    throw new Error(`unknown switch '${name}'. Allowed: ${Object.keys(switchTable).join(", ")}`);
  }
  const [schema] = switchTable[name as keyof Switches];
  const list = value === "" ? [] : value.split(",");
  const results = [value, ...parsedJson(value), list].map((reading) => schema.safeParse(reading));
  const valid = results.find(({ success }) => success);
  if (valid !== undefined) return { [name]: valid.data };
  // Prefer errors about values: a type error is less specific.
  const problems = results.flatMap(({ error }) => error?.issues ?? []);
  const problem = problems.find(({ code }) => code !== "invalid_type") ?? problems[0];
  throw new Error(`'${value}' is not a valid value of the switch ${name}. ${problem?.message}`);
}

/** The value of a JSON text, or nothing. */
function parsedJson(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
