import type { Account } from "./accounts";
import { metadataBody, parseWriteBody, recordBody } from "./bodies";
import type { Call, Endpoint, Route } from "./call";
import { type Integration, type IntegrationFields, unsetFields } from "./fields";
import { reportLogs } from "./integration-logs";
import {
  type ApiResponse,
  alreadyExists,
  integrationIdNotFound,
  integrationNotFound,
  invalid,
  notOwner,
} from "./responses";
import type { Switches } from "./switches";

const commercePath = "/integrations/commerce";

const reading = { scope: "ads:read", category: "ads_read" } as const;
const writing = { scope: "ads:write", category: "ads_write" } as const;

/** The operations, in the order in which a request's path is compared with theirs. */
export const routes: readonly (Route | Endpoint)[] = [
  { operation: "token", method: "POST", path: "/oauth/token", category: "org_read" },
  { operation: "create", method: "POST", path: commercePath, ...writing, handle: create },
  { operation: "get", method: "GET", path: `${commercePath}/:id`, ...reading, handle: get },
  { operation: "update", method: "PATCH", path: `${commercePath}/:id`, ...writing, handle: update },
  { operation: "delete", method: "DELETE", path: `${commercePath}/:id`, ...writing, handle: remove },
  { operation: "list", method: "GET", path: "/integrations", ...reading, handle: list },
  { operation: "logs", method: "POST", path: "/integrations/logs", ...writing, handle: reportLogs },
  // Last, because its path also matches `/integrations/commerce` and `/integrations/logs`.
  { operation: "getById", method: "GET", path: "/integrations/:id", ...reading, handle: getById },
];

function create({ account, store, switches, body }: Call): ApiResponse {
  const write = parseWriteBody("create", body, switches);
  if ("status" in write) return write;
  if (!write.externalId) {
    return invalid("'external_business_id' is required", switches.missingExternalIdStatus);
  }
  const existing = store.current(write.externalId);
  if (!existing) {
    const { connected_user_id } = account;
    const created = store.insert(connected_user_id, write.externalId, write.fields, switches.readLag);
    return { status: switches.createStatus, body: metadataBody(created, switches) };
  }
  if (!owns(account, existing)) return notOwner(switches.foreignStatus);
  if (switches.postExisting === "conflict") return alreadyExists(switches.generation);
  const fields = switches.postExisting === "replace" ? { ...unsetFields, ...write.fields } : write.fields;
  return change(existing, fields, { store, switches });
}

function get({ account, store, switches, id }: Call): ApiResponse {
  const record = store.read(id);
  if (!record) return integrationNotFound;
  if (!owns(account, record)) return notOwner(switches.foreignStatus);
  return { status: 200, body: metadataBody(record, switches) };
}

function getById({ account, store, switches, id }: Call): ApiResponse {
  // 5.28.0 has a pattern for the ID; 5.23.0 has none.
  if (!/^\d+$/.test(id)) {
    return switches.generation === "5.23"
      ? integrationIdNotFound
      : invalid(`'id' value '${id}' must match the pattern: ^\\d+$`);
  }
  const record = store.readById(id);
  if (!record) return integrationIdNotFound;
  if (!owns(account, record)) return notOwner(switches.foreignStatus);
  return { status: 200, body: recordBody(record, switches) };
}

function update({ account, store, switches, id, body }: Call): ApiResponse {
  const record = store.current(id);
  if (!record) return integrationNotFound;
  if (!owns(account, record)) return notOwner(switches.foreignStatus);
  const write = parseWriteBody("update", body, switches);
  if ("status" in write) return write;
  if (write.externalId !== null && write.externalId !== id) {
    return invalid(
      `'external_business_id' value ${JSON.stringify(write.externalId)} is not the one in the path`,
    );
  }
  return change(record, write.fields, { store, switches });
}

function remove({ account, store, switches, id }: Call): ApiResponse {
  const record = store.current(id);
  if (!record) return switches.deleteMissing === "succeeds" ? { status: 204 } : integrationNotFound;
  if (!owns(account, record)) {
    if (switches.deleteForeign === "refused") return notOwner(switches.foreignStatus);
    return switches.deleteForeign === "pretends" ? { status: 204 } : integrationNotFound;
  }
  store.delete(id, switches.readLag);
  return switches.deleteStatus === 204
    ? { status: 204 }
    : { status: 200, body: metadataBody(record, switches) };
}

function change(
  record: Integration,
  fields: IntegrationFields,
  { store, switches }: Pick<Call, "store" | "switches">,
): ApiResponse {
  const differs = Object.entries(fields).some(([name, value]) => record[name as keyof Integration] !== value);
  const { noopTouches, readLag } = switches;
  const changed = differs || noopTouches ? store.change(record, fields, { readLag }) : record;
  return { status: 200, body: metadataBody(changed, switches) };
}

function owns(account: Account, record: Integration): boolean {
  return account.connected_user_id === record.connected_user_id;
}

/** Content of a bookmark: where a page starts. */
interface Position {
  readonly owner: string;
  readonly by: Switches["bookmarkBy"];
  /** By `record`: creation time of the last integration of the page before. By `offset`: number of integrations before. */
  readonly after: number;
  /** Number of pages before. */
  readonly page: number;
}

function list({ account, store, switches, query }: Call): ApiResponse {
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
  const isLast = items.length === rest.length;
  const next = { ...start, after: positionAfter(items, start), page: start.page + 1 };
  const lastBookmark = switches.lastBookmark === "null" ? { bookmark: null } : {};
  return {
    status: 200,
    body: {
      items: items.map((record) => recordBody(record, switches)),
      ...(isLast ? lastBookmark : { bookmark: encode(next) }),
    },
  };
}

function pageSize(text: string | null): number | ApiResponse {
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

// Creation times are unique, so they name an integration even after its deletion.
function positionAfter(items: readonly Integration[], start: Position): number {
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
