import { expect, test } from "@jest/globals";
import { askedDocuments, type DriftOptions } from "../../../provider/cli/drift/options";

const options: DriftOptions = { cwd: [], stack: [], parallel: 2 };

test("a dash for a file is standard output", () => {
  expect(askedDocuments({ ...options, json: "-", markdown: "drift.md" })).toEqual([
    { form: "json" },
    { form: "markdown", file: "drift.md" },
  ]);
  expect(askedDocuments({ ...options, html: "-" })).toEqual([{ form: "html" }]);
  expect(() => askedDocuments({ ...options, json: "-", markdown: true })).toThrow(
    "--json and --markdown both go to standard output",
  );
});
