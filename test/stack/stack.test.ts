import { expect, jest, test } from "@jest/globals";
import {
  type EngineEvent,
  LocalWorkspace,
  type PulumiCommand,
  Stack,
  type UpOptions,
} from "@pulumi/pulumi/automation/index.js";
import { OpenStack, withoutSummaries } from "../../stack/stack";
import { ofThisProcess } from "../run-context";
import { temporaryDirectory } from "../temporary-directory";

test("a fix of drift refreshes with the program, and continues after a resource that fails", async () => {
  const up = jest.fn(async (_options: UpOptions) => {});
  const stack = new OpenStack({ workspace: {}, up } as unknown as Stack, "lab", ".", ofThisProcess);
  await stack.update({ refresh: true, signal: new AbortController().signal, onEvent: () => {} });
  expect(up.mock.calls).toEqual([
    [expect.objectContaining({ refresh: true, runProgram: true, continueOnError: true })],
  ]);
});

test.each([
  ["succeeds", () => Promise.resolve()],
  ["fails", () => Promise.reject(new Error("no"))],
])("restores the stack's own environment after a preview that %s", async (_, outcome) => {
  const workspace = { envVars: {} };
  const environments: object[] = [];
  const preview = () => {
    environments.push(workspace.envVars);
    return outcome();
  };
  const stack = new OpenStack({ workspace, preview } as unknown as Stack, "lab", ".", {
    ...ofThisProcess,
    environment: { OWN: "1" },
  });
  const options = { refresh: true, environment: { ADDED: "1" }, onEvent: () => {} };
  await stack.preview(options).catch(() => {});
  expect(environments).toEqual([{ OWN: "1", ADDED: "1" }]);
  expect(workspace.envVars).toEqual({ OWN: "1" });
});

test("interrupts an engine at its first event if the signal was aborted while it started, and starts none afterwards", async () => {
  const abort = new AbortController();
  const { signal } = abort;
  let runs = 0;
  // The Automation API adds its listener after it has started the engine.
  const up = async ({ onEvent, signal: interrupt }: UpOptions) => {
    runs += 1;
    abort.abort(new Error("stopped"));
    const interrupted = new Promise((resolve) => interrupt?.addEventListener("abort", resolve));
    onEvent?.({} as EngineEvent);
    await interrupted;
  };
  const stack = new OpenStack({ workspace: {}, up } as unknown as Stack, "lab", ".", ofThisProcess);
  await stack.update({ refresh: false, signal, onEvent: () => {} });
  await expect(stack.update({ refresh: false, signal, onEvent: () => {} })).rejects.toThrow("stopped");
  expect(runs).toBe(1);
});

test("starts the engine once for an update", async () => {
  const commands: string[] = [];
  const pulumiCommand = {
    command: "pulumi",
    version: null,
    run: async ([command]: string[]) => {
      commands.push(command as string);
      return { stdout: "", stderr: "", code: 0 };
    },
  };
  const workspace = await LocalWorkspace.create({
    workDir: temporaryDirectory(),
    pulumiCommand: pulumiCommand as unknown as PulumiCommand,
  });
  const stack = withoutSummaries(await Stack.select("test", workspace));
  commands.length = 0;
  await stack.up();
  await stack.destroy();
  expect(commands).toEqual(["up", "destroy"]);
});
