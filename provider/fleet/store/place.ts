/** An integration and its account, as one text. */
export const ownPlace = placeOf("merchant");

export function placeOf(table: string): string {
  return `jsonb_build_array(${table}.external_business_id, ${table}.account)::text`;
}
