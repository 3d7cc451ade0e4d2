import { expect, jest, test } from "@jest/globals";
import type { Stack, UpOptions } from "@pulumi/pulumi/automation/index.js";
import { heardLate, OpenStack } from "../../provider/stacks/stack";

test("a fix of drift refreshes with the program, and continues after a resource that fails", async () => {
  const up = jest.fn(async (_options: UpOptions) => {});
  const stack = new OpenStack({ workspace: {}, up } as unknown as Stack, "lab", ".", {});
  await stack.heal({ onEvent: () => {} });
  expect(up.mock.calls).toEqual([
    [expect.objectContaining({ refresh: true, runProgram: true, continueOnError: true })],
  ]);
});

test("calls a listener of the Automation API for an abort before and after it was added", () => {
  const [before, after] = [new AbortController(), new AbortController()];
  before.abort();
  const listeners = [before, after].map(({ signal }) => {
    const listener = jest.fn();
    heardLate(signal).addEventListener("abort", listener);
    return listener;
  });
  const calls = () => listeners.map(({ mock }) => mock.calls.length);
  expect(calls()).toEqual([1, 0]);
  after.abort();
  expect(calls()).toEqual([1, 1]);
});
