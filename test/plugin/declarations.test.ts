import { expect, test } from "@jest/globals";
import { unknownValue } from "../../provider/lifecycle/values";
import { Declarations } from "../../provider/plugin/resources";

const urnOf = (name: string) => `urn:pulumi:dev::shop::pinterest:index:CommerceIntegration::${name}`;

test("refuses a second declaration of an integration, and names the first", () => {
  const places = new Declarations();
  expect(places.problemWith(urnOf("first"), { externalBusinessId: "a" })).toBeUndefined();
  expect(places.problemWith(urnOf("second"), { externalBusinessId: "a" })).toBe(
    "'first' declares the integration 'a' already. Give each its own externalBusinessId, or remove one of them.",
  );
});

test("accepts a second check of the same resource, as for a replacement", () => {
  const places = new Declarations();
  for (const _check of [1, 2]) {
    expect(places.problemWith(urnOf("first"), { externalBusinessId: "a" })).toBeUndefined();
  }
});

test("accepts one ID in two accounts", () => {
  const places = new Declarations();
  for (const account of [undefined, "north", "south"]) {
    expect(places.problemWith(urnOf(`of-${account}`), { externalBusinessId: "a", account })).toBeUndefined();
  }
  expect(places.problemWith(urnOf("second"), { externalBusinessId: "a", account: "north" })).toContain(
    "'of-north' declares",
  );
});

test("accepts unknown values", () => {
  const places = new Declarations();
  for (const name of ["first", "second"]) {
    expect(places.problemWith(urnOf(name), { externalBusinessId: unknownValue })).toBeUndefined();
    expect(
      places.problemWith(urnOf(name), { externalBusinessId: "a", account: unknownValue }),
    ).toBeUndefined();
  }
});
