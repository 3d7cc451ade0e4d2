/** The frames of the SDK and of the class's constructor, above the line of the program. The SDK expects one constructor of the class. */
const framesAboveProgram = 5;

/** The SDK's function that records stack traces of promises (`debuggablePromise` in its runtime/debuggable.ts). */
const promiseTracer = "debuggablePromise";

/**
 * Shortens stack traces until the returned function is called: they end at the line that constructs a resource.
 *
 * The SDK stores the stack trace of each resource's construction in state. The frames below that line belong to Node.js and the SDK, and are
 * a fifth of the state of a commerce integration. The SDK also records a trace of each of the four promises of each output, which only
 * PULUMI_DEBUG_PROMISE_LEAKS uses, and resolves each frame in source maps. That is half of the program's time for an integration, so
 * these traces contain the message only.
 *
 * @param isSubclass whether a subclass is constructed. Its constructor is one more frame, which is omitted.
 */
export function shortenStackTraces(isSubclass: boolean): () => void {
  const program = framesAboveProgram + (isSubclass ? 1 : 0);
  const previous = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  // Without source maps, no function is set, so this one prints V8's format.
  const print = Error.prepareStackTrace ?? ((error, frames) => [String(error), ...frames].join("\n    at "));
  Error.prepareStackTrace = (error, frames) =>
    frames[0]?.getFunctionName() === promiseTracer
      ? String(error)
      : print(error, [...frames.slice(0, framesAboveProgram), ...frames.slice(program, program + 1)]);
  return () => {
    Reflect.deleteProperty(Error, "prepareStackTrace");
    if (previous !== undefined) Object.defineProperty(Error, "prepareStackTrace", previous);
  };
}
