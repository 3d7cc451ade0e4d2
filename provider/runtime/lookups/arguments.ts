import { problemWithUnknown } from "../../api/message-text";

/** The functions; what a problem with an argument is called by. */
export type FunctionName = "getIntegrations" | "getIntegration" | "getCommerceIntegration";

/**
 * Refuses arguments that a function does not have: a misspelt one would be left out in silence.
 *
 * @param names all that it has, as a record so that the compiler finds a missing one.
 * @throws Error naming the first that is none, and those that are.
 */
export function assertNames<T extends object>(
  caller: FunctionName,
  args: T,
  names: Readonly<Record<keyof T, true>>,
): void {
  const unknownName = Object.keys(args).find((name) => !Object.hasOwn(names, name));
  if (unknownName !== undefined) {
    const problem = problemWithUnknown(unknownName, "argument", Object.keys(names));
    throw new Error(`${caller}: \`${unknownName}\` ${problem}`);
  }
}

/** @throws Error when a number is not whole, or out of bounds. */
export function assertWholeNumber(
  caller: FunctionName,
  name: string,
  value: number | undefined,
  least: number,
  most: number,
): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most)) {
    throw new Error(`${caller}: \`${name}\` is ${value}; allowed is a whole number from ${least} to ${most}`);
  }
}

/**
 * @param allowed what the argument is, for the message, which does not repeat what was given: it may be a secret.
 * @throws Error when an id is missing, or no text.
 */
export function assertId(caller: FunctionName, name: string, value: unknown, allowed: string): void {
  if (typeof value !== "string" || value === "") {
    const given =
      value === undefined || value === null
        ? "is missing"
        : value === ""
          ? "is an empty text"
          : `is ${typeof value === "object" ? "an" : "a"} ${typeof value}`;
    const hint = typeof value === "number" ? ": write it in quotes, long ids lose digits as numbers" : "";
    throw new Error(`${caller}: \`${name}\` ${given}; allowed is ${allowed}${hint}`);
  }
}
