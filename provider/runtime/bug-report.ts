import { messageOf } from "../api/message-text";
import { issueTracker, packageVersion } from "../api/own-package";

import { PartialFailure } from "../lifecycle/outputs";

/** Errors that only JavaScript itself throws. */
const unexpectedNames: ReadonlySet<string> = new Set(["TypeError", "ReferenceError"]);

/**
 * The message of an error for the engine, as well-formed Unicode: grpc-js throws on an unpaired surrogate while it encodes an error, and the
 * engine would wait forever. For an unexpected error, the message says that it is a bug, and where to report it.
 */
export function messageForEngine(error: unknown): string {
  const cause = error instanceof PartialFailure ? error.cause : error;
  const { name = "", stack = "" } = (cause ?? {}) as Partial<Error>;
  const message = messageOf(error).toWellFormed();
  if (!unexpectedNames.has(name)) return message;
  const [frame] = /^ +at .*/m.exec(stack) ?? [""];
  return (
    `${message}${frame.replace(/^ +/, " ")}. This is a bug in pulumi-pinterest ${packageVersion()}. Report it, with this ` +
    `message, to ${issueTracker()}.`
  );
}
