import { expect, test } from "@jest/globals";
import { renderJson } from "../../../cli/drift/documents";
import { example, merchant, withMerchants } from "./helpers/example";

test("contains the complete report as indented JSON", () => {
  const text = renderJson(example);

  expect(JSON.parse(text)).toEqual(example);
  expect(text).toContain('\n  "version": 1,\n');
});

test("contains complete values without terminal commands", () => {
  const value = `\u001b[31m\u009b2J\u202e\u2028\ud800 ${"long ".repeat(100)}`;
  const report = withMerchants(
    merchant("berlin", {
      properties: [{ name: "additionalId1", secret: false, program: null, pinterest: value }],
    }),
  );
  const text = renderJson(report);

  expect(JSON.parse(text)).toEqual(report);
  expect(text).toMatch(/^[\n -~]*$/);
});

test("omits values of secrets, even if the report has them", () => {
  const property = { name: "partnerAccessToken", secret: true, program: "hush-1", pinterest: "hush-2" };
  const text = renderJson(withMerchants(merchant("berlin", { properties: [property] })));

  expect(text).not.toContain("hush");
  expect(property).toHaveProperty("program", "hush-1");
});
