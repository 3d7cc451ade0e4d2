/** What the engine said, out of the dump that the Automation API makes an error of; credentials of addresses in it are not shown. */
export function engineMessage(error: unknown): string {
  const text = withoutCredentials(error instanceof Error ? error.message : String(error));
  // The dump holds what was printed twice.
  const errors = new Set(text.split("\n").filter((line) => line.startsWith("error: ")));
  return errors.size > 0 ? [...errors].join("\n") : (text.split("\n")[0] ?? text);
}

/** The engine shows a backend's address as it was given, with its password. */
export function withoutCredentials(text: string): string {
  return (
    text
      // Up to the last one: a password may hold another. The engine shows some addresses with one stroke.
      .replace(/(\w:\/{1,2})[^\s/"']*@/g, "$1…@")
      .replace(/\b(password|passwd|pwd|secret|token)=[^\s&"']+/gi, "$1=…")
  );
}
