import { expect, test } from "@jest/globals";
import { dynamicType, integrationType } from "../../provider/run/constants";
import { aliasAdvice, aliasFor, renamesIn } from "../../stack/renames";
import { secret, stepsOf, unknown, urnOf } from "../cli/drift/helpers/engine-events";

const shop = { externalBusinessId: "shop-1" };

/** The renames by names, in a preview that creates and deletes resources with these inputs. */
function renames(created: object[], deleted: object[]): string[][] {
  const steps = stepsOf(
    ...created.map((inputs, index) => ({ op: "create", name: `new-${index}`, new: { ...inputs } })),
    ...deleted.map((inputs, index) => ({ op: "delete", name: `old-${index}`, old: { ...inputs } })),
  );
  return [...renamesIn(steps.integrations.values())].map(([to, { urn }]) => [urn, to]);
}

test("pairs a create and a delete of one integration by external business ID, account and provider", () => {
  const north = { ...shop, account: "north" };
  expect(renames([shop, { externalBusinessId: "other" }, north], [north, shop])).toEqual([
    [urnOf("old-1"), urnOf("new-0")],
    [urnOf("old-0"), urnOf("new-2")],
  ]);
  expect(renames([shop, shop], [shop])).toHaveLength(1);
});

test.each([
  ["another account", { ...shop, account: "north" }, shop],
  ["another provider", { ...shop, providerName: "south" }, shop],
  ["a secret ID", { externalBusinessId: secret }, { externalBusinessId: secret }],
  ["a secret account", { ...shop, account: secret }, { ...shop, account: secret }],
  ["an unknown ID", { externalBusinessId: unknown }, { externalBusinessId: unknown }],
])("does not pair resources with %s, which can have different integrations", (_, created, deleted) => {
  expect(renames([created], [deleted])).toEqual([]);
});

const urn = (types: string, name: string) => `urn:pulumi:test::lab::${types}::${name}`;
const inShop = (type: string, name: string) => urn(`shops:index:Shop$${type}`, name);

test.each([
  [urnOf("old"), urnOf("new"), '[{ name: "old" }]'],
  [urnOf("a"), inShop(dynamicType, "a"), "[{ parent: pulumi.rootStackResource }]"],
  [urnOf("old"), inShop(dynamicType, "new"), '[{ name: "old", parent: pulumi.rootStackResource }]'],
  [inShop(dynamicType, "a"), urnOf("a"), JSON.stringify([inShop(dynamicType, "a")])],
  [urnOf("a"), inShop(integrationType, "a"), JSON.stringify([urnOf("a")])],
])("the alias of %s as %s is %s", (from, to, alias) => {
  expect(aliasFor(from, to)).toBe(`aliases: ${alias}`);
});

test("advises one alias for resources that moved together", () => {
  const moved = ["a", "b"].map((name) => ({ from: urnOf(name), to: inShop(dynamicType, name) }));
  const option = "`aliases: [{ parent: pulumi.rootStackResource }]`";
  expect(aliasAdvice(moved)).toBe(`Give each resource the option ${option}.`);
  expect(aliasAdvice([...moved, { from: urnOf("c"), to: urnOf("d") }])).toBe(
    `Give each resource the alias of its old name or parent. a: ${option}; b: ${option}; d: \`aliases: [{ name: "c" }]\`.`,
  );
});
