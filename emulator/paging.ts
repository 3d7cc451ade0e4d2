import { type Answer, invalid } from "./answers";
import type { Call } from "./call";
import type { Integration } from "./fields";
import type { Switches } from "./switches";
import { recordView } from "./views";

/** The start of a page: after the integration created at `after`, or after `after` integrations. */
interface Position {
  readonly owner: string;
  readonly by: Switches["bookmarkBy"];
  readonly after: number;
  /** Number of earlier pages, to leave every second one empty. */
  readonly page: number;
}

/** A page of the caller's integrations. */
export function listPage({ account, store, switches, query }: Call): Answer {
  const size = pageSize(query.get("page_size"));
  if (typeof size !== "number") return size;
  const owner = account.connected_user_id;
  const bookmark = query.get("bookmark");
  const start = bookmark === null ? { owner, by: switches.bookmarkBy, after: 0, page: 0 } : decode(bookmark);
  if (!start || start.owner !== owner) return invalid(`'bookmark' value '${bookmark}' is not valid`);

  const all = store.readAll(owner);
  if (switches.listOrder === "newest") all.reverse();
  const rest = all.slice(startIndex(all, start, switches));
  const items = rest.slice(0, itemsOnPage(size, start.page, switches));
  const ended = items.length === rest.length;
  const next = { ...start, after: position(items, start), page: start.page + 1 };
  const end = switches.lastBookmark === "null" ? { bookmark: null } : {};
  return {
    status: 200,
    body: {
      items: items.map((record) => recordView(record, switches)),
      ...(ended ? end : { bookmark: encode(next) }),
    },
  };
}

function pageSize(text: string | null): number | Answer {
  if (text === null) return 25;
  if (!/^-?\d+$/.test(text)) return invalid("Parameter 'page_size' was not numeric");
  const size = Number(text);
  if (size < 1) return invalid(`'page_size' value ${size} must be greater than or equal to 1`);
  if (size > 250) return invalid(`'page_size' value ${size} must be less than or equal to 250`);
  return size;
}

function itemsOnPage(size: number, page: number, { shortPages }: Switches): number {
  if (shortPages === "half") return Math.ceil(size / 2);
  return shortPages === "empty" && page % 2 === 1 ? 0 : size;
}

function startIndex(all: readonly Integration[], start: Position, { listOrder }: Switches): number {
  if (start.by === "offset") return start.after;
  if (start.after === 0) return 0;
  const follows = ({ created_timestamp: time }: Integration) =>
    listOrder === "newest" ? time < start.after : time > start.after;
  const index = all.findIndex(follows);
  return index === -1 ? all.length : index;
}

// Times of creation are unique, so they also identify deleted integrations.
function position(items: readonly Integration[], start: Position): number {
  if (start.by === "offset") return start.after + items.length;
  return items.at(-1)?.created_timestamp ?? start.after;
}

function encode({ owner, by, after, page }: Position): string {
  return Buffer.from(`${owner}:${by}:${after}:${page}`).toString("base64url");
}

function decode(bookmark: string): Position | undefined {
  const text = Buffer.from(bookmark, "base64url").toString();
  const [, owner, by, after, page] = /^(\d+):(record|offset):(\d+):(\d+)$/.exec(text) ?? [];
  if (owner === undefined) return undefined;
  return { owner, by: by as Position["by"], after: Number(after), page: Number(page) };
}
