import * as log from "@pulumi/pulumi/log";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

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
