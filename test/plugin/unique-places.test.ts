import { expect, test } from "@jest/globals";
import { unknownValue } from "../../provider/lifecycle/values";
import { UniquePlaces } from "../../provider/plugin/unique-places";

const urnOf = (name: string) => `urn:pulumi:dev::shop::pinterest:index:CommerceIntegration::${name}`;

test("a second resource cannot declare the same integration, and is told which one does already", () => {
  const places = new UniquePlaces();
  expect(places.problemWith(urnOf("first"), { externalBusinessId: "a" })).toBeUndefined();
  expect(places.problemWith(urnOf("second"), { externalBusinessId: "a" })).toBe(
    "'first' declares the integration 'a' already. Give each its own externalBusinessId, or remove one of them.",
  );
});

test("the same resource may be checked again, as one that is replaced is", () => {
  const places = new UniquePlaces();
  for (const _check of [1, 2]) {
    expect(places.problemWith(urnOf("first"), { externalBusinessId: "a" })).toBeUndefined();
  }
});

test("one id in two accounts is two integrations", () => {
  const places = new UniquePlaces();
  for (const account of [undefined, "north", "south"]) {
    expect(places.problemWith(urnOf(`of-${account}`), { externalBusinessId: "a", account })).toBeUndefined();
  }
  expect(places.problemWith(urnOf("second"), { externalBusinessId: "a", account: "north" })).toContain(
    "'of-north' declares",
  );
});

test("what is not known yet is compared with nothing", () => {
  const places = new UniquePlaces();
  for (const name of ["first", "second"]) {
    expect(places.problemWith(urnOf(name), { externalBusinessId: unknownValue })).toBeUndefined();
    expect(
      places.problemWith(urnOf(name), { externalBusinessId: "a", account: unknownValue }),
    ).toBeUndefined();
  }
});
