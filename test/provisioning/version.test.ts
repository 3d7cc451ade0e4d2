import { expect, test } from "@jest/globals";
import { isAtLeast, parseVersion, type Version } from "../../scripts/engine/build.mts";

test.each<[Version, Version, boolean]>([
  [[4, 0, 0], [3, 254, 0], true],
  [[3, 255, 0], [3, 254, 9], true],
  [[3, 254, 0], [3, 254, 0], true],
  [[3, 253, 9], [3, 254, 0], false],
  [[2, 255, 1], [3, 254, 0], false],
])("compares major, then minor, then patch: %j is at least %j: %j", (version, minimum, expected) => {
  expect(isAtLeast(version, minimum)).toBe(expected);
});

test.each([
  ["v3.259.1", [3, 259, 1]],
  ["3.260.0-alpha.1", [3, 260, 0]],
  ["go1.26", [1, 26, 0]],
  ["none", undefined],
])("reads %s as %j", (text, version) => {
  expect(parseVersion(text)).toEqual(version);
});
