import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Document, Node, Pair, YAMLMap } from "yaml";
import { visible } from "../../provider/base/visible";
import { integrationType } from "../../provider/run/constants";
import { yamlExpression, yamlString } from "../import/program";
import {
  type Computed,
  collectionOf,
  type Dialect,
  type Entry,
  entryOf,
  type Literal,
  removeBetweenCommas,
  removeLines,
  type ScalarLiteral,
} from "./literals";
import { type Found, readSource, type Source, type SourceFile } from "./sources";

/** The files that Pulumi's YAML runtime can read, in the directory of the program. */
const fileNames = ["Main.yaml", "Pulumi.yaml", "Pulumi.yml"];

/** The program of a project with the runtime `yaml`. */
export function yamlSource(programDirectory: string): Source {
  const files = fileNames.map((name) => join(programDirectory, name)).filter((path) => existsSync(path));
  const missing = "no resource has its name as the key, or as a literal `name`";
  return { files: files.map((path) => readSource(path)), read: declarationsIn, missing };
}

/** The types of an integration in YAML programs. */
const types: ReadonlySet<unknown> = new Set([integrationType, "pinterest:CommerceIntegration"]);

function declarationsIn(file: SourceFile): [name: string, found: Found][] {
  const { isMap, isScalar, parseDocument } = loadYaml();
  const document: Document = parseDocument(file.text);
  const resources = document.get("resources");
  if (document.errors.length > 0 || !isMap(resources)) return [];
  return resources.items.flatMap(({ key, value: resource }): [string, Found][] => {
    if (!isScalar(key) || !isMap(resource) || !types.has(resource.get("type"))) return [];
    const name = resource.has("name") ? resource.get("name") : key.value;
    if (typeof name !== "string" || resource.has("get")) return [];
    const [start] = rangeOf(key);
    const properties = resource.get("properties");
    if (!isMap(properties) || properties.anchor !== undefined || properties.items.some(isMerge)) {
      return [[name, { reason: "its properties are not a plain mapping", file, start }]];
    }
    const entries = entriesOf(properties, file.text);
    const dialect = properties.flow ? flowDialect : blockDialect;
    return [[name, { file, start, entries, dialect }]];
  });
}

function isMerge({ key }: Pair): boolean {
  return loadYaml().isScalar(key) && key.value === "<<";
}

/** The string that the program gets; undefined if it is an expression (`${…}`). `$$` is a dollar sign. */
function decode(text: string): string | undefined {
  return text.replaceAll("$$", "").includes("${") ? undefined : text.replaceAll("$$", "$");
}

/** The library, loaded on first use, because most commands do not need it. */
export function loadYaml(): typeof import("yaml") {
  return require("yaml");
}

/** The entries of a mapping whose keys are strings. */
function entriesOf({ items }: YAMLMap, text: string): Entry[] {
  const { isNode, isScalar } = loadYaml();
  return items.flatMap(({ key, value }) => {
    if (!isScalar(key) || typeof key.value !== "string" || !isNode(value)) return [];
    return [entryOf(key.value, literalOf(value, text), rangeOf(key)[0])];
  });
}

const quotes: Readonly<Record<string, string>> = { QUOTE_SINGLE: "'", QUOTE_DOUBLE: '"' };

/** A node as a literal. Functions, aliases, anchors, tags and expressions are computed. */
function literalOf(node: Node, text: string): Literal | Computed {
  const { isAlias, isScalar, isSeq } = loadYaml();
  const [start, nodeEnd] = rangeOf(node);
  // The range of a block includes the line end.
  const end = start + text.slice(start, nodeEnd).trimEnd().length;
  const computed = (what: string): Computed => ({ kind: "computed", what, start, end });
  if (isAlias(node)) return computed("an alias");
  if ("anchor" in node && node.anchor !== undefined) return computed("a value with an anchor");
  if (node.tag?.startsWith("!")) return computed("a value with a tag");
  if (isScalar(node)) {
    const value = typeof node.value === "string" ? decode(node.value) : node.value;
    if (value === undefined) return computed("an expression");
    const quote = quotes[node.type ?? ""] ?? "";
    return { kind: "scalar", value: value as ScalarLiteral["value"], quote, start, end };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => entryOf("", literalOf(item as Node, text)));
    return collectionOf("sequence", { start, end }, items);
  }
  const map = node as YAMLMap;
  const entries = entriesOf(map, text);
  if (entries.length < map.items.length || map.items.some(isMerge))
    return computed("a mapping with other keys than strings");
  if (entries.some(({ key }) => key.startsWith("fn::"))) return computed("a function");
  if (entries.some(({ key }) => decode(key) !== key)) return computed("a mapping with expressions");
  return collectionOf("mapping", { start, end }, entries);
}

function rangeOf(node: Node): [start: number, end: number] {
  const [start, end] = node.range ?? [0, 0];
  return [start, end];
}

/** A string that every YAML version reads as the same string without quotation marks. */
const plain = /^[a-z][\w./-]*(?::[\w./-]+)*$/i;
const keyword = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

const blockDialect: Dialect = {
  scalar: (value, { quote }) => {
    if (typeof value !== "string") return String(value);
    const text = value.replaceAll("$", "$$$$");
    if (quote === "" && plain.test(text) && !keyword.test(text)) return text;
    return quote === "'" && visible(text) === text ? `'${text.replaceAll("'", "''")}'` : yamlString(text);
  },
  inline: (value) => inlineYaml(value),
  key: (name) => (plain.test(name) && !keyword.test(name) ? name : yamlString(name)),
  remove: removeLines,
};

const flowDialect: Dialect = { ...blockDialect, remove: removeBetweenCommas };

/** A value as a flow collection. JSON is YAML, except for the expressions in it and some escapes. */
function inlineYaml(value: unknown): string {
  if (typeof value === "string") return yamlExpression(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(inlineYaml).join(", ")}]`;
  const entries = Object.entries(value).map(([key, item]) => `${yamlString(key)}: ${inlineYaml(item)}`);
  return `{ ${entries.join(", ")} }`;
}
