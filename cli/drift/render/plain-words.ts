import { integrationFields, isFieldName } from "../../../provider/api/fields";

const changes: Readonly<Record<string, string>> = {
  create: "To be connected",
  delete: "To be disconnected",
  replace: "To be reconnected",
};

/** The field in plain words; undefined for what is no field. */
export function fieldInWords(name: string): string | undefined {
  return isFieldName(name) ? integrationFields[name].label : undefined;
}

/** A change that waits, in plain words; undefined for what is neither a field nor a known kind of change. */
export function changeInWords(change: string): string | undefined {
  return Object.hasOwn(changes, change) ? changes[change] : fieldInWords(change);
}
