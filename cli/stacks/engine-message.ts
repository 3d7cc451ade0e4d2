/** The engine's message from an error of the Automation API, without credentials of addresses. */
export function engineMessage(error: unknown): string {
  const text = withoutCredentials(error instanceof Error ? error.message : String(error));
  // The error contains the output twice.
  const errors = new Set(text.split("\n").filter((line) => line.startsWith("error: ")));
  return errors.size > 0 ? [...errors].join("\n") : (text.split("\n")[0] ?? text);
}

/** The engine prints a backend's address with its password. */
export function withoutCredentials(text: string): string {
  return (
    text
      // Up to the last one: a password may hold another. The engine shows some addresses with one stroke.
      .replace(/(\w:\/{1,2})[^\s/"']*@/g, "$1…@")
      .replace(/\b(password|passwd|pwd|secret|token)=[^\s&"']+/gi, "$1=…")
  );
}
