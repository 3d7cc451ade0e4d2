import { z } from "zod";
import { FIELD_NAMES, type FieldName } from "./fields";
import { type RateLimits, rateLimitsSchema } from "./rate-limits";

/**
 * How the emulator answers where Pinterest's behaviour differs between versions or is not known. "Evidence" says
 * what a default rests on: Pinterest's API description (5.23.0), clients generated from 5.28.0, or public clients.
 */
export interface Switches {
  /**
   * The API description to follow; it sets `createStatus`, `deleteStatus`, `foreignStatus`, `logsErrorShape`, whether
   * an expiry on create must be an integer ("5.23") or may be any number ("5.28"), and whether a number in the path
   * that is none is unknown (404, "5.23") or refused (400, "5.28"). Default "5.23".
   */
  generation: "5.23" | "5.28";
  /** The status of a create of a new id. Default 200; in generation "5.28" 201 (it lists both). */
  createStatus: 200 | 201;
  /** A delete's status: 204 without a body, or 200 with the deleted integration. Default 204; in "5.28" 200. */
  deleteStatus: 204 | 200;
  /**
   * The refusal of an id that somebody else owns: 409 with code 4182, or 403 with code 29. Default 409; in "5.28"
   * 403, because that version lists 403 and no longer 409 (the code is inferred).
   */
  foreignStatus: 409 | 403;
  /**
   * What a create of an id does that the caller has already: change the fields that were sent, unset all others,
   * or fail with 409. Default "merge": every client treats it as an upsert; merging is inferred.
   */
  postExisting: "merge" | "replace" | "conflict";
  /** What a null in a write does: unset the field, nothing, or fail with 400. Default "clears". Evidence: none. */
  clearByNull: "clears" | "ignored" | "refused";
  /**
   * What "" (or an expiry of 0) in a write does. Default "clears", because unset fields read back like that.
   * An empty advertiser or tag id is refused always (reported by users of the WooCommerce plugin).
   */
  clearByEmpty: "clears" | "ignored" | "refused";
  /** Fields whose writes are accepted and have no effect. Default none. */
  ignoredFields: readonly FieldName[];
  /** What an update does whose body names another external_business_id. Default "refused". Evidence: none. */
  patchOtherId: "refused" | "ignored";
  /** Whether a write that changes nothing moves the time of the last update. Default true. Evidence: none. */
  noopTouches: boolean;
  /** Unset fields in commerce answers: ""/0, null, or absent. Default "empty", as recorded by a client's tests. */
  metadataUnset: "empty" | "null" | "omitted";
  /** Unset fields in the list and by number: null or absent. Default "null" (nullable in 5.23.0). */
  recordUnset: "null" | "omitted";
  /**
   * Partner tokens and e-mail in the list and by number: as written, null, masked by asterisks, or absent. Default "shown", as
   * in the examples of 5.23.0. The commerce answers never hold them.
   */
  recordSecrets: "shown" | "null" | "masked" | "omitted";
  /** Whether expiries are kept to the millisecond or cut to the second. Default "none". Evidence: none. */
  expiryRounding: "none" | "seconds";
  /** Whether partner_metadata that is JSON comes back with other white space. Default false. Evidence: none. */
  metadataReserialized: boolean;
  /** The bookmark of a last page: null or absent. Default "null" (the paging guide says null; 5.23.0 allows both). */
  lastBookmark: "null" | "omitted";
  /**
   * Pages that end early though more follow: "half" holds half of page_size, "empty" makes every second page
   * empty. Default "off". Evidence: the paging guide does not promise full pages.
   */
  shortPages: "off" | "half" | "empty";
  /** The order of the list, by creation. Default "oldest" first. Evidence: none. */
  listOrder: "oldest" | "newest";
  /**
   * What a bookmark holds: the last integration seen, or a count of those passed; by count, an integration that
   * comes or goes between two pages makes another one appear twice or not at all. Default "record". Evidence: none.
   */
  bookmarkBy: "record" | "offset";
  /**
   * How many reads still see what was before a write; a get counts for its integration, a list for all of the
   * caller's. Administrative changes do not lag. Default 0. Evidence: none.
   */
  readLag: number;
  /** How many milliseconds after a write reads still see what was before, whatever their number. Default 0. Evidence: none. */
  readLagMs: number;
  /**
   * What a delete of an id that somebody else owns does: refused like other operations, 404, or an answer of
   * success without deleting. Default "refused" (5.8.0 had 409, later versions say nothing).
   */
  deleteForeign: "refused" | "missing" | "pretends";
  /** What a delete of an unknown id does: 404 with code 4180, or success. Default "missing". */
  deleteMissing: "missing" | "succeeds";
  /** The status of a create without an external_business_id, 400 to 499. Default 400 (inferred). */
  missingExternalIdStatus: number;
  /** What a batch of logs with an invalid entry loses: the whole of it, or the invalid ones. Default "whole" (inferred). */
  logsRejection: "whole" | "partial";
  /**
   * The body of the 400 for a batch of logs: code and message, those and details, or the list of what was rejected
   * alone. Default "error" (5.23.0 has the first two); in "5.28" "rejected".
   */
  logsErrorShape: "error" | "detailed" | "rejected";
  /** Whether what is said of an entry names its place in the batch. Default "shown"; optional in 5.23.0. */
  logsIndex: "shown" | "omitted";
  /** Whether the answer to a batch that was taken has a message. Default "shown"; optional in 5.23.0. */
  logsMessage: "shown" | "omitted";
  /** How many bytes a request's body may have before it gets a 413 page, or "none". Default "none". Evidence: none. */
  bodyLimit: number | "none";
  /**
   * What a refresh does to the refresh token: "strict" gives a new one and ends the old one, "grace" gives a new one
   * and the old one stays good, "none" gives none. Default "grace". Evidence: answers with and without were seen.
   */
  refreshTokenRotation: "strict" | "grace" | "none";
  /** How many seconds an access token is good. Default 2,592,000 (30 days). Counts for tokens given out later. */
  accessTokenLifetime: number;
  /** How many seconds a refresh token is good. Default 5,184,000 (60 days). Counts for tokens given out later. */
  refreshTokenLifetime: number;
  /**
   * How often clients may ask before they get 429 with code 8: "off" (as often as they like, and no headers),
   * "standard" or "trial" as published for these kinds of access, or windows of one's own. Default "off".
   */
  rateLimits: RateLimits;
  /** The Retry-After header of a 429: none, seconds, or a date. Default "none": none was ever recorded. */
  retryAfter: "none" | "seconds" | "date";
  /**
   * A write of an integration gets 429 with code 8 while another one of it is under way, or within so many
   * milliseconds after it. Default "off". Evidence: the text of code 8 speaks of it, without a figure.
   */
  writeSpacing: number | "off";
  /** Whether the code of an error is a text. Default false: the description has integers, a client expects text. */
  codeAsText: boolean;
  /** Whether every answer has fields that no description knows. Default false. */
  extraFields: boolean;
}

const switchesSchema = z.strictObject({
  generation: z.enum(["5.23", "5.28"]),
  createStatus: z.literal([200, 201]),
  deleteStatus: z.literal([204, 200]),
  foreignStatus: z.literal([409, 403]),
  postExisting: z.enum(["merge", "replace", "conflict"]),
  clearByNull: z.enum(["clears", "ignored", "refused"]),
  clearByEmpty: z.enum(["clears", "ignored", "refused"]),
  ignoredFields: z.array(z.enum(FIELD_NAMES)).readonly(),
  patchOtherId: z.enum(["refused", "ignored"]),
  noopTouches: z.boolean(),
  metadataUnset: z.enum(["empty", "null", "omitted"]),
  recordUnset: z.enum(["null", "omitted"]),
  recordSecrets: z.enum(["shown", "null", "masked", "omitted"]),
  expiryRounding: z.enum(["none", "seconds"]),
  metadataReserialized: z.boolean(),
  lastBookmark: z.enum(["null", "omitted"]),
  shortPages: z.enum(["off", "half", "empty"]),
  listOrder: z.enum(["oldest", "newest"]),
  bookmarkBy: z.enum(["record", "offset"]),
  readLag: z.int().min(0),
  readLagMs: z.int().min(0),
  deleteForeign: z.enum(["refused", "missing", "pretends"]),
  deleteMissing: z.enum(["missing", "succeeds"]),
  missingExternalIdStatus: z.int().min(400).max(499),
  logsRejection: z.enum(["whole", "partial"]),
  logsErrorShape: z.enum(["error", "detailed", "rejected"]),
  logsIndex: z.enum(["shown", "omitted"]),
  logsMessage: z.enum(["shown", "omitted"]),
  bodyLimit: z.union([z.int().min(1), z.literal("none")]),
  refreshTokenRotation: z.enum(["strict", "grace", "none"]),
  accessTokenLifetime: z.int().min(1),
  refreshTokenLifetime: z.int().min(1),
  rateLimits: rateLimitsSchema,
  retryAfter: z.enum(["none", "seconds", "date"]),
  writeSpacing: z.union([z.int().min(0), z.literal("off")]),
  codeAsText: z.boolean(),
  extraFields: z.boolean(),
}) satisfies z.ZodType<Switches>;

/** Switches as a caller gives them; what is not given keeps its default. */
export const switchOptionsSchema = switchesSchema.partial();

const GENERATIONS = {
  "5.23": { createStatus: 200, deleteStatus: 204, foreignStatus: 409, logsErrorShape: "error" },
  "5.28": { createStatus: 201, deleteStatus: 200, foreignStatus: 403, logsErrorShape: "rejected" },
} as const satisfies Record<Switches["generation"], Partial<Switches>>;

const DEFAULTS = {
  generation: "5.23",
  postExisting: "merge",
  clearByNull: "clears",
  clearByEmpty: "clears",
  ignoredFields: [],
  patchOtherId: "refused",
  noopTouches: true,
  metadataUnset: "empty",
  recordUnset: "null",
  recordSecrets: "shown",
  expiryRounding: "none",
  metadataReserialized: false,
  lastBookmark: "null",
  shortPages: "off",
  listOrder: "oldest",
  bookmarkBy: "record",
  readLag: 0,
  readLagMs: 0,
  deleteForeign: "refused",
  deleteMissing: "missing",
  missingExternalIdStatus: 400,
  logsRejection: "whole",
  logsIndex: "shown",
  logsMessage: "shown",
  bodyLimit: "none",
  refreshTokenRotation: "grace",
  accessTokenLifetime: 2_592_000,
  refreshTokenLifetime: 5_184_000,
  rateLimits: "off",
  retryAfter: "none",
  writeSpacing: "off",
  codeAsText: false,
  extraFields: false,
} as const satisfies Omit<Switches, keyof (typeof GENERATIONS)["5.23"]>;

/**
 * All switches, from those that were given.
 * @throws ZodError naming the switch that is unknown or has a value it cannot take
 */
export function resolveSwitches(given: Partial<Switches>): Switches {
  const checked = switchOptionsSchema.parse(given) as Partial<Switches>;
  return { ...DEFAULTS, ...GENERATIONS[checked.generation ?? DEFAULTS.generation], ...checked };
}

/**
 * One switch from the text `name=value`: numbers, true and false are read as such, a list is separated by commas.
 * @throws Error when the name is unknown or the value is none that the switch takes
 */
export function parseSwitch(argument: string): Partial<Switches> {
  const [, name = argument, value = ""] = /^([^=]*)=(.*)$/s.exec(argument) ?? [];
  const word = { true: true, false: false, "": Number.NaN }[value] ?? Number(value);
  const list = value === "" ? [] : value.split(",");
  for (const reading of [value, word, list]) {
    const parsed = switchOptionsSchema.safeParse({ [name]: reading });
    if (parsed.success) return parsed.data as Partial<Switches>;
  }
  throw new Error(
    Object.hasOwn(switchesSchema.shape, name)
      ? `the switch ${name} does not take the value '${value}'`
      : `there is no switch '${name}'; there are: ${Object.keys(switchesSchema.shape).join(", ")}`,
  );
}
