import { expect, test } from "@jest/globals";
import { dynamicType, integrationType } from "../../provider/run/constants";
import { aliasAdvice, aliasFor, renamesIn } from "../../stack/renames";
import { providerUrnOf } from "../../stack/state";
import { secret, stepsOf, unknown, urnOf } from "../cli/drift/helpers/engine-events";
import { eachNeedsItsAlias, needsAlias } from "../expected/reports";

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

const renamed = [urnOf("old"), urnOf("new")] as const;
const moved = [urnOf("a"), inShop(dynamicType, "a")] as const;
const movedAndRenamed = [urnOf("old"), inShop(dynamicType, "new")] as const;
const movedOut = [inShop(dynamicType, "a"), urnOf("a")] as const;
const urnInState = JSON.stringify(movedOut[0]);

test.each([
  ["nodejs", renamed, 'aliases: [{ name: "old" }]'],
  ["nodejs", moved, "aliases: [{ parent: pulumi.rootStackResource }]"],
  ["nodejs", movedOut, `aliases: [${urnInState}]`],
  ["nodejs", [urnOf("a"), inShop(integrationType, "a")], `aliases: [${JSON.stringify(urnOf("a"))}]`],
  ["yaml", movedAndRenamed, 'aliases: [{ name: "old", noParent: true }]'],
  ["python", renamed, 'aliases=[pulumi.Alias(name="old")]'],
  [
    "go",
    movedAndRenamed,
    'pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String("old"), NoParent: pulumi.Bool(true)}})',
  ],
  ["go", movedOut, `pulumi.Aliases([]pulumi.Alias{{URN: pulumi.URN(${urnInState})}})`],
  ["dotnet", movedAndRenamed, 'Aliases = { new Alias { Name = "old", NoParent = true } }'],
  ["java", movedAndRenamed, '.aliases(Alias.builder().name("old").noParent().build())'],
  ["hcl", movedAndRenamed, 'aliases = [{ name = "old", no_parent = true }]'],
  ["another language", renamed, `aliases: [${JSON.stringify(urnOf("old"))}]`],
] as const)("in the language %s, the alias of %j is %s", (runtime, [from, to], alias) => {
  expect(aliasFor(from, to, runtime)).toBe(alias);
});

test("advises one alias for resources that moved together", () => {
  const together = ["a", "b"].map((name) => ({ name, alias: "aliases: [one]" }));
  expect(aliasAdvice(together)).toBe(needsAlias("each resource", "aliases: [one]"));
  expect(aliasAdvice([...together, { name: "d", alias: "aliases: [another]" }])).toBe(
    eachNeedsItsAlias("a: `aliases: [one]`; b: `aliases: [one]`; d: `aliases: [another]`"),
  );
});

test("a provider's URN is its reference without the provider's ID", () => {
  const reference = "urn:pulumi:prod::lab::pulumi:providers:pinterest::shops::west";
  expect(providerUrnOf(`${reference}::0b8e1b5c-6a3f-4d0e-9f39-3a3c2f8f1a11`)).toBe(reference);
});
