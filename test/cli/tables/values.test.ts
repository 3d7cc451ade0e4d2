import { expect, test } from "@jest/globals";
import { labelOf, shownTime, shownValues } from "../../../cli/tables/table";
import type { DriftedProperty } from "../../../stack/report";
import { secretDiffers } from "../../expected/reports";

const valuesOf = (property: Partial<DriftedProperty>, limit = 1000) => {
  const { program, pinterest } = shownValues({ name: "additionalId1", secret: false, ...property }, limit);
  return [program.text, pinterest.text];
};

test("shows unset values as `not set`, and quotes a string with the same words", () => {
  expect(valuesOf({ program: null, pinterest: "not set" })).toEqual(["not set", '"not set"']);
});

test("shows only that a secret differs, even if the values are known", () => {
  expect(valuesOf({ secret: true, program: "hush", pinterest: "hush-2" })).toEqual([
    "(secret)",
    secretDiffers,
  ]);
});

test("shows the date of an expiry, and other numbers as they are", () => {
  expect(valuesOf({ name: "partnerAccessTokenExpiry", program: 1_767_225_600_999, pinterest: 9e15 })).toEqual(
    ["2026-01-01T00:00:00Z (1767225600999)", "9000000000000000"],
  );
  expect(valuesOf({ program: 1_767_225_600_000, pinterest: true })).toEqual(["1767225600000", "true"]);
});

test("keeps the start and end of long values", () => {
  const [program] = valuesOf({ program: `${"a".repeat(100)}${"z".repeat(100)}`, pinterest: null }, 80);

  expect(program).toMatch(/^a{50,}…z{20,}$/);
  expect(program).toHaveLength(80);
});

test("keeps the difference in the middle of long values", () => {
  const around = ["a".repeat(200), "z".repeat(200)];
  const [program, pinterest] = valuesOf({ program: around.join("RED"), pinterest: around.join("BLUE") }, 80);

  expect(program).toContain("aaaREDzzz");
  expect(pinterest).toContain("aaaBLUEzzz");
  expect([program, pinterest].every((text) => (text?.length ?? 0) <= 80)).toBe(true);
});

test("shows times in UTC to the second, and other strings as they are", () => {
  expect(shownTime("2026-07-31T22:15:00.123+02:00")).toBe("2026-07-31T20:15:00Z");
  expect(shownTime("some\nday")).toBe("some\\nday");
});

test.each([
  ["shop", "shop-1", "shop (shop-1)"],
  ["shop", "shop", "shop"],
])("labels the resource %s with the ID %j as %s", (name, externalBusinessId, label) => {
  expect(labelOf({ name, externalBusinessId }, (text) => text)).toBe(label);
});
