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
  await stack.update({ refresh: true, onEvent: () => {} });
  expect(up.mock.calls).toEqual([
    [expect.objectContaining({ refresh: true, runProgram: true, continueOnError: true })],
  ]);
});

test("stops an update that is blocked by a failed deletion before a replacement, once the engine is idle", async () => {
  jest.useFakeTimers();
  const failed = (op: string) => ({ resOpFailedEvent: { metadata: { op } } }) as unknown as EngineEvent;
  const stopped: string[] = [];
  for (const op of ["delete-replaced", "update"]) {
    const up = ({ onEvent, signal }: UpOptions) =>
      new Promise<void>((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new Error(op)));
        for (const _started of [1, 2]) onEvent?.({ resourcePreEvent: {} } as EngineEvent);
        onEvent?.(failed(op));
        // The other operation ends after 300 s.
        setTimeout(() => onEvent?.({ resOutputsEvent: {} } as EngineEvent), 300_000);
      });
    const stack = new OpenStack({ workspace: {}, up } as unknown as Stack, "lab", ".", ofThisProcess);
    stack.update({ refresh: false, onEvent: () => {} }).catch(({ message }) => stopped.push(message));
  }
  await jest.advanceTimersByTimeAsync(310_000);
  expect(stopped).toEqual([]);
  // The failed operation is not in progress either, so 20 s without an event are enough.
  await jest.advanceTimersByTimeAsync(10_000);
  expect(stopped).toEqual(["delete-replaced"]);
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(stopped).toEqual(["delete-replaced"]);
  jest.useRealTimers();
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
