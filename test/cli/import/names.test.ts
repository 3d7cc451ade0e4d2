import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { planImports } from "../../../cli/import/plan";
import { problemWithId } from "../../../provider/lifecycle/check";

interface Nameable {
  readonly externalBusinessId: string;
  readonly account: string | undefined;
}

/** The names of integrations, in their order. */
function resourceNames(integrations: readonly Nameable[], takenNames: readonly string[] = []): string[] {
  const keyOf = ({ account, externalBusinessId }: Nameable) => JSON.stringify([account, externalBusinessId]);
  const found = integrations.map(({ account, externalBusinessId }) => ({
    account,
    integration: { externalBusinessId },
  }));
  const plans = planImports(found, { secrets: "omit", takenNames });
  const names = new Map(plans.map((plan) => [keyOf(plan), plan.name]));
  return integrations.map((integration) => names.get(keyOf(integration)) ?? "");
}

function nameOf(externalBusinessId: string): string {
  return resourceNames([nameable(externalBusinessId)])[0] ?? "";
}

function nameable(externalBusinessId: string, account?: string): Nameable {
  return { externalBusinessId, account };
}

test.each([
  ["diacritics", "Café Zürich", "Cafe-Zurich"],
  ["an address", "gid://shopify/Shop/123", "gid-shopify-Shop-123"],
  ["a separator of URNs", "a::b", "a-b"],
  ["control characters", "a\u0000b\nc\u2028d", "a-b-c-d"],
  ["another script, with combining marks", "店舗 ガ-한국", "店舗-ガ-한국"],
  ["emoji next to letters", "🛍️ shop ☕️", "shop"],
])("keeps the readable characters of an ID: %s", (_, id, name) => {
  expect(nameOf(id)).toBe(name.normalize("NFC"));
});

test("uses a hash if no character of an ID is readable", () => {
  const [first, second] = resourceNames([nameable("🛍️"), nameable("☕")]);
  expect(first).toMatch(/^integration-[0-9a-f]{8}$/);
  expect(second).not.toBe(first);
});

test("cuts a long ID, and adds a hash to distinguish it", () => {
  const [first = "", second = ""] = resourceNames([
    nameable(`${"x".repeat(2047)}1`),
    nameable(`${"x".repeat(2047)}2`),
  ]);
  expect(first).toMatch(/^x{55}-[0-9a-f]{8}$/);
  expect(second).toMatch(/^x{55}-[0-9a-f]{8}$/);
  expect(first).not.toBe(second);
  expect(nameOf("𝓍𐐀".repeat(500)).isWellFormed()).toBe(true);
  expect(nameOf(`${"x".repeat(54)}𐐀${"x".repeat(54)}`).isWellFormed()).toBe(true);
});

test("names are unique regardless of case, valid in a URN, and independent of the order", () => {
  const id = fc
    .oneof(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.string({ unit: fc.constantFrom("a", "A", "-", "/", "é", "🛍"), minLength: 1, maxLength: 4 }),
      fc.constantFrom("shop", "Shop", "shop-north", "x".repeat(2000), "__proto__"),
    )
    .filter((text) => problemWithId(text) === undefined);
  const integrations = fc.uniqueArray(
    fc.record({ externalBusinessId: id, account: fc.constantFrom(undefined, "north", "NORTH", "店", "🙂") }),
    { selector: ({ account, externalBusinessId }) => JSON.stringify([account ?? null, externalBusinessId]) },
  );
  const stackNames = fc.array(fc.constantFrom("shop", "a", "A-a", "integration"));
  fc.assert(
    fc.property(integrations, stackNames, (found, taken) => {
      const names = resourceNames(found, taken);
      const all = [...names, ...new Set(taken.map((name) => name.toLowerCase()))];
      expect(new Set(all.map((name) => name.toLowerCase())).size).toBe(all.length);
      for (const name of names) {
        expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u);
        expect(name.length).toBeLessThanOrEqual(64);
      }
      expect(resourceNames([...found].reverse(), taken).reverse()).toEqual(names);
    }),
  );
});
