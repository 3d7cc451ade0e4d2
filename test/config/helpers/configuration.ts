import { type Configuration, type ConfigurationKey, readConfiguration } from "../../../provider/config";

export type Values = { [K in ConfigurationKey]?: string };

/** The configuration that these keys make, with nothing in the environment. */
export function configured(values: Values): Configuration {
  return readConfiguration((key) => values[key], {});
}

/** Why a configuration of these keys is refused. */
export function refusal(values: Values): string {
  try {
    configured(values);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected a failure");
}
