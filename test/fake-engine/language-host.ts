// Runs a program in this process, as the SDK's language host for Node.js (sdk/nodejs/cmd/run), with the services of the resource monitor.
import { runInThisContext } from "node:vm";
import { RunError } from "@pulumi/pulumi";
import { isGrpcError } from "@pulumi/pulumi/errors";
import * as log from "@pulumi/pulumi/log";
import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack";
import * as state from "@pulumi/pulumi/runtime/state";
import type { Deployment } from "./deployment";
import type { Print } from "./provider-processes";
import { engineClients } from "./resource-monitor";

/** Missing in the SDK's types. */
const { withLocalStorage, getStore } = state as unknown as {
  withLocalStorage: (run: () => Promise<void>) => Promise<void>;
  getStore: () => { readonly settings: { monitor: unknown; engine: unknown } };
};

/** The real `process`. Jest replaces it with a copy in tests, but Node.js reports unhandled rejections to the real one. */
const realProcess: NodeJS.EventEmitter = runInThisContext("process");

/**
 * Runs a program.
 *
 * @returns whether it completed without an error
 */
export async function runProgram(
  program: () => unknown,
  { deployment, engineAddress, print, configuration }: ProgramOptions,
): Promise<boolean> {
  const errors = new Set<unknown>();
  const onError = (error: unknown) => {
    if (errors.has(error)) return;
    errors.add(error);
    report(error, print);
  };
  const restore = catchErrors(onError);
  try {
    await withLocalStorage(async () => {
      const { isPreview } = deployment;
      settings.resetOptions("lab", "test", 64, engineAddress, engineAddress, isPreview, "organization");
      Object.assign(getStore().settings, engineClients(engineAddress, deployment, print));
      setAllConfig(Object.fromEntries(configuration));
      const ran = runInPulumiStack(async () => program())
        .then(() => settings.disconnect(true))
        .catch((error) => {
          onError(error);
          // If a constructor throws, its registration stays unfinished and `disconnect` would never return.
          return deployment.executor.idle();
        });
      // The SDK waits forever for registrations that the engine did not complete; Pulumi's engine ends its process.
      await Promise.race([ran, deployment.executor.terminated]);
      // Rejections without a handler are reported once the microtasks are done.
      await new Promise((resolve) => setImmediate(resolve));
    });
  } finally {
    restore();
  }
  return errors.size === 0;
}

interface ProgramOptions {
  readonly deployment: Deployment;
  readonly engineAddress: string;
  readonly print: Print;
  /** The stack's configuration, by full key. */
  readonly configuration: ReadonlyMap<string, string>;
}

function catchErrors(onError: (error: unknown) => void): () => void {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => realProcess.listeners(event));
  for (const event of events) {
    realProcess.removeAllListeners(event);
    realProcess.on(event, onError);
  }
  return () => {
    events.forEach((event, index) => {
      realProcess.removeAllListeners(event);
      for (const listener of before[index] ?? []) realProcess.on(event, listener as (error: unknown) => void);
    });
  };
}

function report(error: unknown, print: Print): void {
  const { message, stack } = error as Error;
  if (RunError.isInstance(error)) print("error", "", message);
  // The engine has reported the failed request.
  else if (!isGrpcError(error as Error)) print("error", "", stack ?? message);
}

// The SDK records a stack trace for each of its promises, and logs each registration several times at the level "debug". These tests do not
// use them, and both together take 20 % of the time.

/** Missing in the SDK's types. */
const { debuggablePromise } = debuggable as unknown as {
  debuggablePromise: <T>(promise: Promise<T>, context: unknown) => Promise<T>;
};

Object.assign(debuggable, {
  debuggablePromise: <T>(promise: Promise<T>, context: unknown) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  },
});

Object.assign(log, { debug: async () => {} });
