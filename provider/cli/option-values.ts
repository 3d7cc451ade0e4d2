import { InvalidArgumentError } from "commander";

/**
 * Reads an option's whole number.
 *
 * @throws InvalidArgumentError that says what is allowed.
 */
export function integerFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`Allowed are whole numbers from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Reads an option that may be repeated, into the list of its values. */
export function repeated(value: string, values: readonly string[]): string[] {
  return [...values, value];
}
