import { alternatives, code, page, prose, table } from "./markdown.mts";

/** What the page uses of a JSON schema. */
export interface JsonSchema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** The JSON report of `drift`, from its schema: a section for the report and for each object in it. */
export function driftReportPage(schema: JsonSchema): string {
  return page(
    "Drift report",
    prose(schema.description ?? ""),
    prose("The [JSON schema](../drift-report.schema.json) describes the same for programs."),
    ...sections(schema, "report", ""),
  );
}

function sections(schema: JsonSchema, title: string, path: string): string[] {
  const { properties = {}, required = [] } = schema;
  const entries = Object.entries(properties);
  const rows = entries.map(([name, property]) => ({
    property: code(name),
    type: typeText(name, property),
    "always set": required.includes(name) ? "yes" : "",
    meaning: property.description ?? "",
  }));
  const nested = entries.flatMap(([name, property]) => {
    const item = objectIn(property);
    const place = `${path}${path === "" ? "" : "."}${name}${property.items === undefined ? "" : "[]"}`;
    return item === undefined ? [] : sections(item, name, place);
  });
  return [`## ${title}`, ...(path === "" ? [] : [`Path: ${code(path)}`]), table(rows), ...nested];
}

function typeText(name: string, property: JsonSchema): string {
  if (objectIn(property) !== undefined)
    return `${property.items ? "list of objects" : "object"}: [${name}](#${name})`;
  if (property.const !== undefined) return alternatives([property.const]);
  if (property.enum !== undefined) return alternatives(property.enum);
  if (property.items !== undefined) return `list of ${typeText(name, property.items)}`;
  if (property.format !== undefined) return property.format;
  return [property.type ?? "any"].flat().join(" or ");
}

function objectIn(schema: JsonSchema): JsonSchema | undefined {
  const inner = schema.items ?? schema;
  return inner.properties === undefined ? undefined : inner;
}
