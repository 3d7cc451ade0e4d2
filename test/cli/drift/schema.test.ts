import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "@jest/globals";
import Ajv2020 from "ajv/dist/2020";
import { z } from "zod";
import { renderJson } from "../../../cli/drift/documents";
import { driftReport } from "../../../stack/report";
import { example, merchant, withMerchants } from "./helpers/example";

const file = resolve(__dirname, "../../../docs/drift-report.schema.json");
const updateCommand = "UPDATE_SCHEMA=1 npm test -- test/cli/drift/schema.test.ts && npm run format";

const published = (): object => JSON.parse(readFileSync(file, "utf8"));

test(`the published schema equals that of the code (to update it, run: ${updateCommand})`, () => {
  const text = `${JSON.stringify(z.toJSONSchema(driftReport), null, 2)}\n`;
  if (process.env.UPDATE_SCHEMA) writeFileSync(file, text);
  expect(published()).toEqual(JSON.parse(text));
});

/** Zod also describes a time with a pattern, so the format is not checked. */
const isValid = (report: unknown) =>
  new Ajv2020({ formats: { "date-time": true, date: true }, allowUnionTypes: true }).validate(
    published(),
    report,
  );

test("prints the complete report as indented JSON, which the published schema accepts", () => {
  const text = renderJson(example);
  expect(text).toContain('\n  "version": 1,\n');
  expect(JSON.parse(text)).toEqual(example);
  expect(isValid(JSON.parse(text))).toBe(true);
});

test("omits values of secrets, even if the report has them", () => {
  const property = { name: "partnerAccessToken", secret: true, program: "hush-1", pinterest: "hush-2" };
  const text = renderJson(withMerchants(merchant("berlin", { properties: [property] })));
  expect(text).not.toContain("hush");
  expect(property).toHaveProperty("program", "hush-1");
});

test.each([
  ["an unknown status", withMerchants(merchant("ulm", { status: "lost" as never }))],
  ["an unknown field", { ...example, color: "red" }],
  ["another version", { ...example, version: 2 }],
])("refuses %s with the published schema and in a baseline", (_, report) => {
  expect(isValid(report)).toBe(false);
  expect(() => driftReport.parse(report)).toThrow(z.ZodError);
});
