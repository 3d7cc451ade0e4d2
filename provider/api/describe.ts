/** What a value is, in kind, for a message that must not repeat it, since it may be a secret. */
export function describe(value: unknown): string {
  if (value === "") {
    return "an empty text";
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  switch (typeof value) {
    case "string":
      return `a text of ${value.length} characters`;
    case "number":
      return Number.isFinite(value)
        ? value === 0
          ? "0"
          : value < 0
            ? "a negative number"
            : Number.isInteger(value)
              ? "a number"
              : "a number that is not whole"
        : "not a number";
    case "boolean":
      return "true or false";
    case "object":
      return value === null ? "null" : "an object";
    default:
      return `a ${typeof value}`;
  }
}
