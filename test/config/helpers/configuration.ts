import {
  type Configuration,
  type ConfigurationKey,
  type Host,
  readConfiguration,
} from "../../../provider/config";
import { hostWith } from "../../run-context";

export type Values = { [K in ConfigurationKey]?: string };

/** The configuration with these keys, and without environment variables. */
export function configured(values: Values, host: Partial<Host> = {}): Configuration {
  return readConfiguration((key) => values[key], { ...hostWith(), ...host });
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
