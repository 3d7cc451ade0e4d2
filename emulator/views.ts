import { EXPIRY_FIELDS, FIELD_NAMES, type FieldName, type Integration, SECRET_FIELDS } from "./fields";
import type { Switches } from "./switches";

type Body = Record<string, unknown>;

const METADATA_FIELDS = FIELD_NAMES.filter((name) => !SECRET_FIELDS.includes(name));

/** An integration in the answers of the four commerce operations (IntegrationMetadata), without secrets. */
export function metadataView(record: Integration, switches: Switches): Body {
  const body: Body = {
    id: record.id,
    external_business_id: record.external_business_id,
    connected_user_id: record.connected_user_id,
  };
  for (const name of METADATA_FIELDS) {
    const value = record[name] ?? unsetMetadata(name, switches);
    if (value !== undefined) body[name] = value;
  }
  body.created_timestamp = record.created_timestamp;
  body.updated_timestamp = record.updated_timestamp;
  return body;
}

/** An integration in the list and in reads by integration ID (IntegrationRecord), with secrets. */
export function recordView(record: Integration, switches: Switches): Body {
  const body: Body = {
    id: record.id,
    external_business_id: record.external_business_id,
    connected_user_id: record.connected_user_id,
  };
  for (const name of FIELD_NAMES) {
    const value = recordValue(name, record[name], switches);
    if (value !== undefined) body[name] = value;
  }
  body.created_time = record.created_timestamp;
  body.updated_time = record.updated_timestamp;
  return body;
}

function unsetMetadata(name: FieldName, { metadataUnset }: Switches): string | number | null | undefined {
  if (metadataUnset === "empty") return EXPIRY_FIELDS.includes(name) ? 0 : "";
  return metadataUnset === "null" ? null : undefined;
}

function recordValue(
  name: FieldName,
  value: string | number | null,
  { recordSecrets, recordUnset }: Switches,
): string | number | null | undefined {
  if (SECRET_FIELDS.includes(name)) {
    if (recordSecrets === "omitted") return undefined;
    if (recordSecrets === "null") return null;
    if (recordSecrets === "masked" && value !== null) return "********";
  }
  // The record's expiries are integers, and the metadata's are numbers.
  if (typeof value === "number") return Math.trunc(value);
  return value === null && recordUnset === "omitted" ? undefined : value;
}
