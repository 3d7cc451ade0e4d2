import { expect, test } from "@jest/globals";
import { expectState } from "../../bench/engine/expected-state.mts";
import type { Workload } from "../../bench/results.mts";

const cell = { peer: "plugin", count: 2, accounts: "one", latencyMs: 0 } as const;
const holding = (...tags: string[]) => tags.map((connectedTagId) => ({ outputs: { connectedTagId } }));
const after = (workload: Workload, ...tags: string[]) => expectState(cell, workload, holding(...tags), "1");

test("all integrations, with what the program says", () => {
  expect(() => after("up", "1", "1")).not.toThrow();
  expect(() => after("destroy")).not.toThrow();
});

test.each<[string, Workload, ...string[]]>([
  ["one is missing", "up", "1"],
  ["one is too many", "preview", "1", "1", "1"],
  ["one was not changed", "change", "1", "0"],
  ["one is left", "destroy", "1"],
  ["one of another tag is left", "destroy", "0"],
])("%s", (_name, workload, ...tags) => {
  expect(() => after(workload, ...tags)).toThrow(
    new RegExp(`^After ${workload} of .*"plugin".* state holds ${tags.length} integrations`),
  );
});

test("an integration without outputs has no tag", () => {
  expect(() => expectState(cell, "up", [{}, ...holding("1")], "1")).toThrow(
    /, 1 of them with the tag 1, where there should be 2$/,
  );
});
