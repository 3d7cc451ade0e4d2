import { expect, test } from "@jest/globals";
import { shownId } from "../../../cli/text/visible";

test("an external business ID is shown on one line, with hidden characters escaped, and shortened", () => {
  expect(shownId('a"\n\u001b[2J\u009b\u202e')).toBe('"a\\"\\n\\u001b[2J\\u009b\\u202e"');
  expect(shownId("x".repeat(2000))).toHaveLength(80);
});
