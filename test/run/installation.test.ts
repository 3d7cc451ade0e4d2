import { expect, jest, test } from "@jest/globals";
import { assertNode, isOlder } from "../../provider/run/installation";

test.each([
  ["22.9.0", "22.19.0", true],
  ["22.19.0", "22.9.0", false],
  ["22.19.0", "22.19.0", false],
  ["22.19.0-rc.1", "22.19.0", false],
  ["22.18.0-rc.1", "22.19.0", true],
])("compares versions by number: isOlder(%s, %s) is %j", (version, than, expected) => {
  expect(isOlder(version, than)).toBe(expected);
});

test("names the required version of Node.js, even if the dynamic provider runs without a program", () => {
  const versions = Object.getOwnPropertyDescriptor(process, "versions") as PropertyDescriptor;
  Object.defineProperty(process, "versions", {
    ...versions,
    value: { ...process.versions, node: "20.19.0" },
  });
  const message = "requires Node.js 22.19.0 or newer, but this process runs on 20.19.0";
  try {
    expect(assertNode).toThrow(message);
    // The engine's process does this in a refresh and a destroy, without a program.
    jest.isolateModules(() => {
      expect(() => require("../../provider/dynamic")).toThrow(message);
    });
  } finally {
    Object.defineProperty(process, "versions", versions);
  }
});
