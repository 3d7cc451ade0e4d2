import { expect, test } from "@jest/globals";
import { withMarked } from "../../bench/report/marked.mts";

const marks = ["<!-- from -->", "<!-- to -->"] as const;

test("figures go between their marks, and nowhere else", () => {
  const page = (figures: string) => `a\n<!-- from -->${figures}<!-- to -->\nb`;
  expect(withMarked(page("\nold\n"), marks, "new")).toBe(page("\n\nnew\n\n"));
});

test.each(["no marks", "<!-- from -->", "<!-- to --> <!-- from -->"])("a page with %j is refused", (page) => {
  expect(() => withMarked(page, marks, "new")).toThrow(
    "the page has lost the marks between which its figures stand: <!-- from --> and <!-- to -->",
  );
});
