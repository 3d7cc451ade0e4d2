import { expect, test } from "@jest/globals";
import { isOlder } from "../../provider/runtime/installation";

test.each([
  ["22.9.0", "22.19.0", true],
  ["22.19.0", "22.9.0", false],
  ["9.0.0", "22.19.0", true],
  ["22.19.9", "22.19.10", true],
  ["22.19.0", "22.19.0", false],
  ["22.19.0-rc.1", "22.19.0", false],
])("compares versions by number: that %s is older than %s is %j", (version, than, expected) => {
  expect(isOlder(version, than)).toBe(expected);
});
