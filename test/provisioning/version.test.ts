import { expect, test } from "@jest/globals";
import { versionIn } from "../../scripts/engine/build.mts";

test.each([
  ["v3.259.1", "3.259.1"],
  ["3.260.0-alpha.1", "3.260.0"],
  ["go1.26", "1.26"],
  ["none", undefined],
])("reads %s as %j", (text, version) => {
  expect(versionIn(text)).toEqual(version);
});
