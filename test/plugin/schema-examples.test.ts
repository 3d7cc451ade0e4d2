import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import {
  csharpTypes,
  namesInCSharp,
  namesInHcl,
  namesInYaml,
  outputsInCSharp,
  outputsInHcl,
  outputsOf,
  typesInCSharp,
  withoutObjects,
} from "./helpers/names-in-examples";
import { examples, schema } from "./helpers/schema";
import { problemsWithYaml } from "./helpers/yaml-example";

const files = readdirSync(examples, { recursive: true }).map(String).sort();
const filesWith = (extension: string) => files.filter((file) => file.endsWith(extension));

test("resources, functions and the provider have examples in seven languages", () => {
  const described = [...Object.keys(schema.resources), ...Object.keys(schema.functions), "Provider"].map(
    (token) => token.split(":").at(-1),
  );
  expect(new Set(filesWith(".ts").map((file) => file.split("/")[0]))).toEqual(new Set(described));
  const names = (extension: string) => filesWith(extension).map((file) => file.slice(0, -extension.length));
  for (const extension of [".py", ".go", ".cs", ".java", ".yaml", ".hcl"])
    expect(names(extension)).toEqual(names(".ts"));
});

test("the examples of a resource or function set all of its arguments", () => {
  const { resources, functions } = schema;
  const all = [
    ...Object.entries(resources).map(([token, { inputProperties }]) => [token, inputProperties] as const),
    ...Object.entries(functions).map(([token, { inputs }]) => [token, inputs.properties] as const),
  ];
  const missing = all.flatMap(([token, inputs]) => {
    const directory = `${token.split(":").at(-1)}/`;
    const own = filesWith(".yaml").filter((file) => file.startsWith(directory));
    const text = own.map((file) => readFileSync(join(examples, file), "utf8")).join("");
    return Object.keys(inputs).filter((name) => !text.includes(` ${name}:`));
  });
  expect(missing).toEqual([]);
});

describe("YAML examples match the schema", () => {
  test.each(filesWith(".yaml"))("%s", (file) => {
    expect(problemsWithYaml(join(examples, file))).toEqual([]);
  });
});

const read = (file: string) => readFileSync(join(examples, file), "utf8");

/** The YAML program of the same example. */
const inYaml = (file: string) => read(file.replace(/\.\w+$/, ".yaml"));

describe("C# examples use the names of the YAML example and of the schema", () => {
  test.each(filesWith(".cs"))("%s", (file) => {
    const program = read(file);
    const names = namesInCSharp(program);
    expect(names).toEqual(withoutObjects(namesInYaml(inYaml(file))));
    expect(outputsOf(names.declared)).toEqual(expect.arrayContaining(outputsInCSharp(program)));
    expect(csharpTypes).toEqual(expect.arrayContaining(typesInCSharp(program)));
  });
});

describe("HCL examples use the names of the YAML example and of the schema", () => {
  test.each(filesWith(".hcl"))("%s", (file) => {
    const program = read(file);
    const names = namesInHcl(program);
    expect(names).toEqual(namesInYaml(inYaml(file)));
    expect(outputsOf(names.declared)).toEqual(expect.arrayContaining(outputsInHcl(program)));
  });
});
