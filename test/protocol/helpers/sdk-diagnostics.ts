import * as log from "@pulumi/pulumi/log";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

// The SDK notes a stack for each of its promises, and reports each registration to the engine several times at the level "debug". Nothing
// reads either of them here, and they take half of a program's time.

const { debuggablePromise } = debuggable;

Object.assign(debuggable, {
  debuggablePromise: (...args: Parameters<typeof debuggablePromise>) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  },
});

Object.assign(log, { debug: async () => {} });
