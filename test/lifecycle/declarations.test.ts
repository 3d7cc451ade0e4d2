import { expect, test } from "@jest/globals";
import { Declarations } from "../../provider/lifecycle/check";
import { unknownValue } from "../../provider/lifecycle/values";

test("refuses a second declaration of an integration, and names the first", () => {
  const places = new Declarations();
  expect(places.record("first", { externalBusinessId: "a" })).toBeUndefined();
  expect(places.record("second", { externalBusinessId: "a" })).toBe(
    "'first' already declares the integration 'a'. Give each resource its own `externalBusinessId`, or remove one of them.",
  );
});

test("accepts a second check of the same resource, as for a replacement", () => {
  const places = new Declarations();
  for (const _check of [1, 2]) {
    expect(places.record("first", { externalBusinessId: "a" }, "urn:first")).toBeUndefined();
  }
  expect(places.record("first", { externalBusinessId: "a" }, "urn:parent$first")).toContain(
    "'first' already declares",
  );
});

test("accepts one ID in two accounts", () => {
  const places = new Declarations();
  for (const account of [undefined, "north", "south"]) {
    expect(places.record(`of-${account}`, { externalBusinessId: "a", account })).toBeUndefined();
  }
  expect(places.record("second", { externalBusinessId: "a", account: "north" })).toContain(
    "'of-north' already declares",
  );
});

test("accepts unknown values", () => {
  const places = new Declarations();
  for (const name of ["first", "second"]) {
    expect(places.record(name, { externalBusinessId: unknownValue })).toBeUndefined();
    expect(places.record(name, { externalBusinessId: "a", account: unknownValue })).toBeUndefined();
  }
});
