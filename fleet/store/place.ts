/** Whether a merchant has, or may have, another integration at Pinterest than a row says. An update replaces that integration. */
export function isReplacedBy(table: string): string {
  return `(held_places <> '{}' and not exists (
    select from unnest(held_places) as held where held::jsonb->>0 = ${table}.external_business_id))`;
}

/** An integration and its account, as one string. */
export const ownPlace = placeOf("merchant");

export function placeOf(table: string): string {
  return `jsonb_build_array(${table}.external_business_id, ${table}.account)::text`;
}
