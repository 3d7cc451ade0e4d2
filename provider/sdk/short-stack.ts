/** The frames that the SDK leaves out before it takes the place in the program: its own and one constructor of the resource's class. */
const framesOfTheSdk = 5;

/** The SDK's function that takes the traces of promises. */
const tracerOfPromises = "debuggablePromise";

/**
 * Has stack traces end at the line that constructs a resource, until the returned function is called.
 *
 * The SDK keeps the whole trace of each resource's construction in state; below that line it is Node's and the SDK's own
 * frames, a fifth of the state of a commerce integration. It also takes a trace of each of the four promises of each output, for
 * PULUMI_DEBUG_PROMISE_LEAKS alone, and has every frame of it looked up in source maps: half of the time that a program took for an
 * integration. Those end at the message.
 */
export function shortenStackTraces(): () => void {
  const previous = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  // Without source maps nothing is set, and V8's own format has to be printed here.
  const print = Error.prepareStackTrace ?? ((error, frames) => [String(error), ...frames].join("\n    at "));
  // The class of each front end has a constructor beside that of its base.
  Error.prepareStackTrace = (error, frames) =>
    frames[0]?.getFunctionName() === tracerOfPromises
      ? String(error)
      : print(error, [
          ...frames.slice(0, framesOfTheSdk),
          ...frames.slice(framesOfTheSdk + 1, framesOfTheSdk + 2),
        ]);
  return () => {
    Reflect.deleteProperty(Error, "prepareStackTrace");
    if (previous !== undefined) {
      Object.defineProperty(Error, "prepareStackTrace", previous);
    }
  };
}
