import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type Fact, facts, type Schema, schemas } from "./facts";

const root = resolve(__dirname, "../..");
const path = "../shared/reference/pinterest-integrations.openapi.json";
const file = resolve(root, path);
const isHere = existsSync(file);
if (!isHere) process.stderr.write(`Skipped: Pinterest's API description is missing at ${path}.\n`);

interface Described {
  readonly parameters?: readonly { readonly $ref?: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
  readonly responses: Record<
    string,
    { content?: Record<string, { schema: Schema; examples?: Record<string, { value: { code: number } }> }> }
  >;
}

interface Description {
  readonly paths: Record<string, Record<string, Described>>;
  readonly components: {
    readonly schemas: Record<string, Schema>;
    readonly parameters: Record<string, { in: string; name: string; schema: Schema }>;
  };
}

(isHere ? describe : describe.skip)("the facts are those of Pinterest's API description 5.23.0", () => {
  const description: Description = isHere ? JSON.parse(readFileSync(file, "utf8")) : undefined;

  test("has the bodies of the description", () => {
    const described = Object.fromEntries(
      Object.keys(schemas).map((name) => [name, plain(description.components.schemas[name])]),
    );
    expect(schemas).toEqual(described);
  });

  test("has the operations of the description", () => {
    const described = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, each]) => factOf(path, method, each)),
    );
    const known = Object.values(facts).map(({ responses528: _, ...fact }) => fact);
    expect(new Set(known)).toEqual(new Set(described));
  });

  function factOf(
    path: string,
    method: string,
    { parameters = [], requestBody, responses }: Described,
  ): Fact {
    const query = parameters
      .map(({ $ref = "" }) => description.components.parameters[nameIn($ref)])
      .flatMap((parameter) => (parameter?.in === "query" ? [[parameter.name, parameter.schema]] : []));
    const [contentType, request] = Object.entries(requestBody?.content ?? {})[0] ?? [];
    const statuses = Object.entries(responses).filter(([status]) => status !== "default");
    const bodies = statuses.map(([status, { content }]) => [
      status,
      bodyOf(content?.["application/json"]?.schema),
    ]);
    const codes = statuses.flatMap(([status, { content }]) =>
      Object.values(content?.["application/json"]?.examples ?? {}).map(({ value }) => [status, value.code]),
    );
    return {
      method: method.toUpperCase() as Fact["method"],
      path,
      ...(query.length > 0 && { query: Object.fromEntries(query) }),
      ...(request && { request: bodyOf(request.schema) as NonNullable<Fact["request"]> }),
      ...(contentType && contentType !== "application/json" && { contentType }),
      responses: Object.fromEntries(bodies),
      ...(codes.length > 0 && { codes: Object.fromEntries(codes) }),
    };
  }
});

/** The names of the schemas that a body refers to. A page of a list combines a named schema with the type of its items. */
function bodyOf(schema?: Schema): unknown {
  if (schema === undefined) return null;
  if (typeof schema.$ref === "string") return nameIn(schema.$ref);
  const { anyOf, allOf } = schema as Record<string, Schema[] | undefined>;
  return anyOf ? anyOf.map(bodyOf) : bodyOf(allOf?.[0]);
}

function nameIn(reference: string): string {
  return reference.split("/").at(-1) ?? "";
}

/** A schema without its documentation. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const {
    title: _1,
    description: _2,
    example: _3,
    discriminator: _4,
    readOnly: _5,
    ...facts
  } = value as Schema;
  return Object.fromEntries(
    Object.entries(facts).map(([name, each]) => [
      name,
      // Properties can have the name of a keyword.
      name === "properties"
        ? Object.fromEntries(Object.entries(each as object).map(([key, property]) => [key, plain(property)]))
        : plain(each),
    ]),
  );
}
