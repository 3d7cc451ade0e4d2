import { parseApiUrl } from "../api/address";
import { isRunByFleet } from "../api/fleet-environment";
import { type ConfigurationKey, environmentVariable, fullKey } from "./keys";

/** A key and its variable, for a message. In a fleet only the variable, because its stacks have no configuration. */
export function called(key: ConfigurationKey): string {
  const variable = environmentVariable(key);
  return isRunByFleet() ? variable : `\`${fullKey(key)}\` (${variable})`;
}

/**
 * A time in seconds, as milliseconds; undefined where there is none.
 *
 * @throws Error that names the key and what is allowed, never the text.
 */
export function seconds(key: ConfigurationKey, text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) {
    throw new Error(`${called(key)} must be a number of seconds above 0 and up to 3600`);
  }
  return value * 1000;
}

/** @throws Error like {@link seconds}. */
export function wholeNumber(
  key: ConfigurationKey,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${called(key)} must be a whole number from ${least} to ${most}`);
  }
  return value;
}

/** @throws Error like {@link seconds}. */
export function choice<T extends string>(
  key: ConfigurationKey,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  const found = choices.find((candidate) => candidate === text);
  if (text !== undefined && found === undefined) {
    throw new Error(`${called(key)} must be one of: ${choices.join(", ")}`);
  }
  return found;
}

/** @throws Error like {@link seconds}. */
export function flag(key: ConfigurationKey, text: string | undefined): boolean {
  return choice(key, text, ["true", "false"]) === "true";
}

/** @throws Error that names the key and what is allowed, never the address, which may have credentials. */
export function apiAddress(key: ConfigurationKey, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  parseApiUrl(text, called(key));
  return text;
}

/** A property to spread into an object, which has it only where there is a value. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
