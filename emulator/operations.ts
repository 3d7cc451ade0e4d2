import type { Account } from "./account";
import {
  type Answer,
  alreadyExists,
  integrationNotFound,
  invalid,
  notOwner,
  numberNotFound,
} from "./answers";
import type { Call, Place, Route } from "./call";
import { type Integration, type IntegrationFields, UNSET_FIELDS } from "./fields";
import { takeLogs } from "./log-batch";
import { listPage } from "./paging";
import { parseCreate, parseUpdate } from "./request-body";
import type { IntegrationStore } from "./store";
import type { Switches } from "./switches";
import { metadataView, recordView } from "./views";

const COMMERCE = "/integrations/commerce";

const reading = { scope: "ads:read", category: "ads_read", sandbox: false } as const;
const writing = { scope: "ads:write", category: "ads_write", sandbox: false } as const;

/** The operations, in the order in which their paths are tried. */
export const routes: readonly (Route | Place)[] = [
  { operation: "token", method: "POST", path: "/oauth/token", category: "org_read" },
  { operation: "create", method: "POST", path: COMMERCE, ...writing, handle: create },
  { operation: "get", method: "GET", path: `${COMMERCE}/:id`, ...reading, handle: get },
  { operation: "update", method: "PATCH", path: `${COMMERCE}/:id`, ...writing, handle: update },
  { operation: "delete", method: "DELETE", path: `${COMMERCE}/:id`, ...writing, handle: remove },
  { operation: "list", method: "GET", path: "/integrations", ...reading, handle: listPage },
  {
    operation: "logs",
    method: "POST",
    path: "/integrations/logs",
    ...writing,
    sandbox: true,
    handle: takeLogs,
  },
  // After those whose path has a word in this place, so that the words win.
  { operation: "getById", method: "GET", path: "/integrations/:id", ...reading, handle: getById },
];

function create({ account, store, switches, body }: Call): Answer {
  const write = parseCreate(body, switches);
  if ("status" in write) return write;
  if (!write.externalId) {
    return invalid("'external_business_id' is required", switches.missingExternalIdStatus);
  }
  const existing = store.current(write.externalId);
  if (!existing) {
    const made = store.insert(account.connected_user_id, write.externalId, write.fields, switches.readLag);
    return { status: switches.createStatus, body: metadataView(made, switches) };
  }
  if (!owns(account, existing)) return notOwner(switches.foreignStatus);
  if (switches.postExisting === "conflict") return alreadyExists;
  const fields = switches.postExisting === "replace" ? { ...UNSET_FIELDS, ...write.fields } : write.fields;
  return { status: 200, body: metadataView(change(existing, fields, store, switches), switches) };
}

function get({ account, store, switches, id }: Call): Answer {
  const record = store.read(id);
  if (!record) return integrationNotFound;
  if (!owns(account, record)) return notOwner(switches.foreignStatus);
  return { status: 200, body: metadataView(record, switches) };
}

function getById({ account, store, switches, id }: Call): Answer {
  // 5.23.0 has no pattern on the path, 5.28.0 has; in neither does anything but digits name an integration.
  if (!/^\d+$/.test(id)) {
    return switches.generation === "5.23"
      ? numberNotFound
      : invalid(`'id' value '${id}' must match the pattern: ^\\d+$`);
  }
  const record = store.readByNumber(id);
  if (!record) return numberNotFound;
  if (!owns(account, record)) return notOwner(switches.foreignStatus);
  return { status: 200, body: recordView(record, switches) };
}

function update({ account, store, switches, id, body }: Call): Answer {
  const record = store.current(id);
  if (!record) return integrationNotFound;
  if (!owns(account, record)) return notOwner(switches.foreignStatus);
  const write = parseUpdate(body, switches);
  if ("status" in write) return write;
  if (write.externalId !== null && write.externalId !== id) {
    return invalid(
      `'external_business_id' value ${JSON.stringify(write.externalId)} is not the one in the path`,
    );
  }
  return { status: 200, body: metadataView(change(record, write.fields, store, switches), switches) };
}

function remove({ account, store, switches, id }: Call): Answer {
  const record = store.current(id);
  if (!record) return switches.deleteMissing === "succeeds" ? { status: 204 } : integrationNotFound;
  if (!owns(account, record)) {
    if (switches.deleteForeign === "refused") return notOwner(switches.foreignStatus);
    return switches.deleteForeign === "pretends" ? { status: 204 } : integrationNotFound;
  }
  store.delete(id, switches.readLag);
  return switches.deleteStatus === 204
    ? { status: 204 }
    : { status: 200, body: metadataView(record, switches) };
}

function change(
  record: Integration,
  fields: IntegrationFields,
  store: IntegrationStore,
  switches: Switches,
): Integration {
  const moves = Object.entries(fields).some(([name, value]) => record[name as keyof Integration] !== value);
  return moves || switches.noopTouches ? store.change(record, fields, switches.readLag) : record;
}

function owns(account: Account, record: Integration): boolean {
  return account.connected_user_id === record.connected_user_id;
}
