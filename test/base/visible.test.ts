import { expect, test } from "@jest/globals";
import { shownId } from "../../provider/base/visible";

test("prints an external business ID on one line, shortened, with escapes for hidden characters", () => {
  expect(shownId('a"\n\u001b[2J\u009b\u202e')).toBe('"a\\"\\n\\u001b[2J\\u009b\\u202e"');
  expect(shownId("x".repeat(2000))).toHaveLength(80);
});
