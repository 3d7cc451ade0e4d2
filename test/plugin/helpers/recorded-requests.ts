import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Emulator } from "../../../emulator";
import { isOlder } from "../../../provider/run/installation";
import { unknowns, type Wire } from "./wire";

// The requests that engines send to the plugin. test/engine/plugin/recorded-requests.test.ts records them, one file for each engine version
// that changed them, and service-recorded-requests.test.ts sends them to the plugin again.

/** The situations in which a request is recorded. */
export const situations = [
  "handshake",
  "configuration check",
  "configuration",
  "check of a new resource",
  "check with an unknown value",
  "create in a preview",
  "create in a preview with an unknown value",
  "create",
  "function",
  "lookup",
  "lookup of a missing integration",
  "check of a resource in state",
  "diff",
  "update in a preview",
  "update",
  "refresh",
  "refresh of a missing integration",
  "import",
  "import of a missing integration",
  "import from a named account",
  "list",
  "delete",
] as const;

export type Situation = (typeof situations)[number];

/** A request, in the JSON form of its message. */
export interface RecordedRequest {
  /** The method of the protocol, such as `Check`. */
  readonly method: string;
  readonly request: Wire;
}

/** The requests of an engine version, without those that the engine does not write to its file. */
export type Recording = { readonly [S in Situation]?: RecordedRequest };

const directory = resolve(__dirname, "../recorded-requests");

/** The engine versions with a recording, the oldest first. */
export function recordedVersions(): string[] {
  const versions = readdirSync(directory).map((file) => basename(file, ".json"));
  return versions.sort((a, b) => (isOlder(a, b) ? -1 : 1));
}

export const recordingFile = (version: string) => join(directory, `${version}.json`);

export function readRecording(version: string): Recording {
  return JSON.parse(readFileSync(recordingFile(version), "utf8")) as Recording;
}

/** The version whose recording applies to an engine: the newest one that is not newer than the engine. */
export function recordedVersionFor(engine: string): string | undefined {
  return recordedVersions().findLast((version) => !isOlder(engine, version));
}

/** Replacements of values that differ between runs, for requests that are recorded. */
const placeholders: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/"(engineAddress|\w+Target|resourceStatusAddress)":"[^"]+"/g, '"$1":"127.0.0.1:1"'],
  [/"(rootDirectory|programDirectory)":"[^"]+"/g, '"$1":"/project"'],
  [/"randomSeed":"[^"]+"/g, '"randomSeed":"AAAA"'],
  [/"__uid":"[^"]+"/g, '"__uid":"AAAAAAAAAAAA"'],
  [/"(created|updated)Timestamp":\d+/g, '"$1Timestamp":1700000000000'],
];

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * Replaces values that differ between runs in a request. Of those, {@link filled} sets the emulator's URL, tokens, integration IDs and
 * times of creation.
 *
 * @param integrationIds the external business ID of each integration ID.
 */
export function normalized(
  request: Wire,
  emulator: Emulator,
  integrationIds: ReadonlyMap<string, string>,
): Wire {
  const isUnknown = (text: string) => Object.values<string>(unknowns).includes(text);
  const fixed = placeholders.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    JSON.stringify(request).replace(uuid, (text) =>
      isUnknown(text) ? text : "00000000-0000-0000-0000-000000000000",
    ),
  );
  const values = new Map([
    [emulator.url, "{url}"],
    ...emulator.accounts().map(({ name }) => [emulator.token(name), `{token of ${name}}`] as const),
    ...[...integrationIds].map(([id, name]) => [id, `{ID of ${name}}`] as const),
  ]);
  const text = [...values].reduce((replaced, [value, name]) => replaced.replaceAll(value, name), fixed);
  return JSON.parse(text) as Wire;
}

/** A recorded request with the values of an emulator. */
export function filled(request: Wire, emulator: Emulator): Wire {
  // An integration that was created at another time would count as recreated.
  const created = emulator.integration(String(request.id))?.created_timestamp;
  const text = JSON.stringify(request)
    .replaceAll("{url}", emulator.url)
    .replaceAll(/(?<="createdTimestamp":)\d+/g, (time) => String(created ?? time))
    .replace(/\{token of ([^}]+)\}/g, (_, account: string) => emulator.token(account))
    .replace(/\{ID of ([^}]+)\}/g, (_, id: string) => emulator.integration(id)?.id ?? "7");
  return JSON.parse(text) as Wire;
}

/** The fields of a message with the types of their values. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
}
