import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "@jest/globals";
import Ajv2020 from "ajv/dist/2020";
import { z } from "zod";
import { renderJson } from "../../../cli/drift/documents";
import { driftReport } from "../../../stack/report";
import { example } from "./helpers/example";

const file = resolve(__dirname, "../../../docs/drift-report.schema.json");
const updateCommand = "UPDATE_SCHEMA=1 npm test -- test/cli/drift/schema.test.ts && npm run format";

/** Zod also describes a time with a pattern, so the format is not checked. */
const validator = () =>
  new Ajv2020({ formats: { "date-time": true, date: true }, allowUnionTypes: true }).compile(published());

function published(): object {
  return JSON.parse(readFileSync(file, "utf8")) as object;
}

test(`the published schema equals that of the code (to update it, run: ${updateCommand})`, () => {
  const text = `${JSON.stringify(z.toJSONSchema(driftReport), null, 2)}\n`;
  if (process.env.UPDATE_SCHEMA) writeFileSync(file, text);

  expect(published()).toEqual(JSON.parse(text));
});

test("the published schema has an ID, a title and a description", () => {
  expect(published()).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:pulumi-pinterest:drift-report:1",
    title: expect.any(String),
    description: expect.any(String),
  });
});

test("prints JSON that the published schema accepts", () => {
  const validate = validator();

  expect(validate(JSON.parse(renderJson(example)))).toBe(true);
  expect(validate.errors).toBeNull();
});

test.each([
  ["an unknown status", { stacks: [withMerchant({ status: "lost" })] }],
  ["an unknown field", { color: "red" }],
  ["an invalid time", { generatedAt: "yesterday" }],
  ["another version", { version: 2 }],
])("refuses %s with the published schema and in a baseline", (_, change) => {
  const report = { ...example, ...change };

  expect(validator()(report)).toBe(false);
  expect(() => driftReport.parse(report)).toThrow(z.ZodError);
});

function withMerchant(change: object): object {
  const [stack] = example.stacks;
  return { ...stack, merchants: [{ ...stack?.merchants[0], ...change }] };
}
