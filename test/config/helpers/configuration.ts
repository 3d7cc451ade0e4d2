import { type Configuration, type ConfigurationKey, readConfiguration } from "../../../provider/config";

export type Values = { [K in ConfigurationKey]?: string };

/** The configuration with these keys, and without environment variables. */
export function configured(values: Values): Configuration {
  return readConfiguration((key) => values[key], {});
}

/** The error message about an invalid configuration with these keys. */
export function configurationError(values: Values): string {
  try {
    configured(values);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected a failure");
}
