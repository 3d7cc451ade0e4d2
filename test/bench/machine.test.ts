import { expect, test } from "@jest/globals";
import { isSameMachine } from "../../bench/machine.mts";
import { results } from "./helpers/results";

const { machine } = results([]);

test("a machine is the same after a start, with some memory less and another kernel", () => {
  const later = { ...machine, memoryBytes: machine.memoryBytes - 4096, system: "linux x64, build 2" };
  expect(isSameMachine(machine, later)).toBe(true);
});

test.each([
  ["another processor", { processor: "Example 4000" }],
  ["more cores", { cores: 4 }],
  ["another engine", { versions: { ...machine.versions, pulumi: "3.9.10" } }],
])("it is another one with %s", (_, changed) => {
  expect(isSameMachine(machine, { ...machine, ...changed })).toBe(false);
});
