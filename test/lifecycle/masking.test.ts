import { expect, test } from "@jest/globals";
import { mayBeMasked } from "../../provider/lifecycle/values";

test.each([
  ...["********", "*", "••••••", "●●●●", "…", "XXXXXXXX", "xxxx", "****…****"],
  ...["shpat_****************", "shpat_****cdef", "****cdef", "shpat_...", "shpat_XXXXXXXXXXXXcdef"],
  "a****@example.com",
])("'%s' may be masked", (shown) => {
  expect(mayBeMasked(shown)).toBe(true);
});

test.each(["shpat_fedcba9876543210", "a.b@example.com", "xxx.yyy..zzz", ""])("'%s' is a value", (shown) => {
  expect(mayBeMasked(shown)).toBe(false);
});
