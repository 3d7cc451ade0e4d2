import { expect, test } from "@jest/globals";
import { type Property, schema } from "./helpers/schema";

/** Every value in the schema, with its path. */
function* parts(value: unknown, path = "#"): Generator<[path: string, value: unknown]> {
  yield [path, value];
  if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) yield* parts(part, `${path}/${key}`);
  }
}

const all = [...parts(schema)];
const properties = all.filter(([path]) => /\/(properties|inputProperties|variables)\/\w+$/.test(path)) as [
  string,
  Property,
][];
const descriptions = all.filter(([path]) => path.endsWith("/description")) as [string, string][];

test("every property, resource and function has a description", () => {
  expect(properties.length).toBeGreaterThan(150);
  expect(properties.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
  for (const part of [
    ...Object.values(schema.types),
    ...Object.values(schema.resources),
    ...Object.values(schema.functions),
  ]) {
    expect(part.description).toMatch(/\w/);
  }
});

test("no description contains comment syntax", () => {
  const marks = /\{@|^\s*@\w|^\s*\* |\*\//m;
  // Examples can contain any code.
  const prose = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, "");
  expect(descriptions.filter(([, text]) => marks.test(prose(text)))).toEqual([]);
});

test("describes when a function fails", () => {
  const [first] = Object.values(schema.functions);
  expect(first?.description).toMatch(/^Fails if an argument is invalid/m);
});

test("every reference resolves to a type", () => {
  const references = all.filter(([path]) => path.endsWith("/$ref")).map(([, value]) => value as string);
  expect(references.length).toBeGreaterThan(10);
  const known = ["pulumi.json#/Any", ...Object.keys(schema.types).map((token) => `#/types/${token}`)];
  expect(references.filter((reference) => !known.includes(reference))).toEqual([]);
});

test("every named type is used", () => {
  const text = JSON.stringify(schema);
  expect(Object.keys(schema.types).filter((token) => !text.includes(`"#/types/${token}"`))).toEqual([]);
});

test("no default comes from the environment", () => {
  expect(all.filter(([path]) => /\/(default|defaultInfo)$/.test(path))).toEqual([]);
});
