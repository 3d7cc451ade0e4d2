import { integrationFields, isFieldName } from "../../../provider/api/fields";

const changes: Readonly<Record<string, string>> = {
  create: "To be connected",
  delete: "To be disconnected",
  replace: "To be reconnected",
};

/** The plain name of a field; undefined for other properties. */
export function fieldInWords(name: string): string | undefined {
  return isFieldName(name) ? integrationFields[name].label : undefined;
}

/** The plain name of a pending change; undefined if it is neither a field nor a known kind of change. */
export function changeInWords(change: string): string | undefined {
  return Object.hasOwn(changes, change) ? changes[change] : fieldInWords(change);
}
