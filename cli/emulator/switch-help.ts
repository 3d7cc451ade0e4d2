import type { Switches } from "../../emulator";

/** Values of each switch of the emulator, the default first. Strings, so that help loads no other module. */
export const switchValues = {
  generation: "5.23, 5.28",
  createStatus: "200, 201",
  deleteStatus: "204, 200",
  foreignStatus: "409, 403",
  logsErrorShape: "error, rejected, detailed",
  postExisting: "merge, replace, conflict",
  clearByNull: "clears, ignored, refused",
  ignoredFields: "fields separated by commas, such as scopes,connected_tag_id",
  noopTouches: "true, false",
  metadataUnset: "empty, null, omitted",
  recordUnset: "null, omitted",
  recordSecrets: "shown, null, masked, omitted",
  expiryRounding: "none, seconds",
  metadataReserialized: "false, true",
  lastBookmark: "null, omitted",
  shortPages: "off, half, empty",
  listOrder: "oldest, newest",
  bookmarkBy: "record, offset",
  readLag: "0 or more reads",
  deleteForeign: "refused, missing, pretends",
  deleteMissing: "missing, succeeds",
  missingExternalIdStatus: "400 to 499",
  logsRejection: "whole, partial",
  logsIndex: "shown, omitted",
  logsMessage: "shown, omitted",
  refreshTokenRotation: "grace, strict, none",
  rateLimits: "off, standard, trial",
  writeSpacing: "off, or 0 or more milliseconds",
  codeAsText: "false, true",
  extraFields: "false, true",
} as const satisfies Record<keyof Switches, string>;

/** The switches and their values, one per line. */
export function switchTable(): string {
  const names = Object.keys(switchValues);
  const width = Math.max(...names.map((name) => name.length));
  return Object.entries(switchValues)
    .map(([name, values]) => `  ${name.padEnd(width)}  ${values}`)
    .join("\n");
}

/** Values of a switch. Undefined for an unknown name. */
export function valuesOfSwitch(name: string): string | undefined {
  return Object.hasOwn(switchValues, name) ? switchValues[name as keyof Switches] : undefined;
}
