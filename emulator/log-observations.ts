import { BATCH_BOUNDS, integrationLogSchema, LOG_TEXT_LIMITS, LOG_WORDS } from "./log-schema";

const KNOWN = Object.keys(integrationLogSchema.shape);
const REQUIRED = ["client_timestamp", "event_type", "log_level"];

/** The documented limits that a batch of log entries reaches. */
export function observeBatch(body: unknown): string[] {
  const logs = (body as { logs?: unknown } | null)?.logs;
  if (!Array.isArray(logs)) return ["batch absent"];
  const { least, most } = BATCH_BOUNDS;
  const bounds = [least - 1, least, most, most + 1];
  const cells = new Set(bounds.includes(logs.length) ? [`batch ${logs.length}`] : []);
  for (const log of logs) for (const cell of entryCells(log)) cells.add(cell);
  return [...cells];
}

function* entryCells(log: unknown): Iterable<string> {
  for (const [place, most] of Object.entries(LOG_TEXT_LIMITS)) {
    const value = at(log, place);
    // The length in UTF-16 units is never the smaller one.
    if (typeof value !== "string" || value.length < most) continue;
    const length = [...value].length;
    if (length === most) yield `${place} ${most} characters`;
    else if (length > most) yield `${place} over ${most} characters`;
  }
  for (const [place, words] of Object.entries(LOG_WORDS)) {
    const value = at(log, place);
    if (typeof value !== "string") continue;
    yield `${place} ${(words as readonly string[]).includes(value) ? value : "of no known word"}`;
  }
  for (const name of KNOWN) if (at(log, name) === null) yield `${name} null`;
  for (const name of REQUIRED) if (at(log, name) === undefined) yield `${name} absent`;
  if (Object.keys(Object(log)).some((name) => !KNOWN.includes(name))) yield "unknown name";
}

/** The form of the answer, where the descriptions allow several. */
export function observeBatchAnswer(body: unknown): string[] {
  const { message, code, details, rejected_logs } = Object(body) as Record<string, unknown>;
  const rejected = rejected_logs ?? (details as { rejected_logs?: unknown } | undefined)?.rejected_logs;
  if (!rejected && code === undefined)
    return [`answer ${message === undefined ? "without" : "with"} message`];
  const form = code === undefined ? "rejected" : details ? "detailed" : "error";
  if (!Array.isArray(rejected)) return [`answer ${form}`];
  const indexed = rejected.some((each) => "log_index" in Object(each));
  return [`answer ${form}`, `answer ${indexed ? "with" : "without"} log_index`];
}

function at(log: unknown, place: string): unknown {
  return place
    .split(".")
    .reduce((from, name) => (from as Record<string, unknown> | null | undefined)?.[name], log);
}
