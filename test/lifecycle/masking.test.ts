import { expect, test } from "@jest/globals";
import { isMasked } from "../../provider/lifecycle/values";

const known = "shpat_0123456789abcdef";

test.each(["********", "*", "••••••", "●●●●", "…", "XXXXXXXX", "xxxx", "****…****"])(
  "'%s' hides everything, whatever is known",
  (shown) => {
    expect(isMasked(shown, known)).toBe(true);
    expect(isMasked(shown, undefined)).toBe(true);
  },
);

test.each([
  "shpat_****************",
  "shpat_****cdef",
  "****cdef",
  "shpat_...",
  "s***0123***f",
  "shpat_XXXXXXXXXXXXcdef",
])("'%s' is the known value with a part hidden", (shown) => {
  expect(isMasked(shown, known)).toBe(true);
  expect(isMasked(shown, undefined)).toBe(false);
});

test("an e-mail address with its name hidden is the known one", () => {
  expect(isMasked("a****@example.com", "alice@example.com")).toBe(true);
  expect(isMasked("a****@example.org", "alice@example.com")).toBe(false);
});

test.each([
  "shpat_fedcba9876543210",
  "shpat_****0000",
  "other_****cdef",
  "shpat_****9876****cdef",
  `${known}*${known}`,
  "shpat_0123456789abcdef0",
  "",
])("'%s' is another value", (shown) => {
  expect(isMasked(shown, known)).toBe(false);
});
