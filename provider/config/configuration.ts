import { parseApiUrl } from "../api";
import { isJsonObject, parseIfJson } from "../base/json";
import type { ConfiguredTokens } from "./account-source";
import { type KeyReader, parseAccounts, parseCommand, parseRefresh } from "./accounts";
import type { Host } from "./host";
import {
  type ConfigurationKey,
  type ConfigurationKeys,
  type ConfigurationRow,
  called,
  configurationKeyNames,
  environmentVariable,
  type Lookup,
  maxSeconds,
  rowOf,
  type ValueOf,
} from "./keys";

/** The kinds of keys that are read together with others. */
type JoinedKind = "refreshCredentials" | "accounts" | "command";

/** The name of a setting: that of its key, or for seconds that of its value in milliseconds. `never` for joined keys. */
type SettingName<Key extends ConfigurationKey> = ConfigurationKeys[Key] extends { kind: JoinedKind }
  ? never
  : ConfigurationKeys[Key] extends { kind: "seconds" }
    ? `${Key}Ms`
    : Key;

/** The values of the keys that are read alone, undefined without a value and a default. Seconds are converted to milliseconds. */
type Settings = {
  readonly [Key in ConfigurationKey as SettingName<Key>]:
    | ValueOf<ConfigurationKeys[Key]>
    | (ConfigurationKeys[Key] extends { default: unknown } ? never : undefined);
};

/** The values of all keys. */
export interface Configuration extends Settings, ConfiguredTokens {
  readonly host: Host;
}

/** A lookup in the properties of a provider. Values become the strings that a stack's configuration would contain. */
export function lookupIn(properties: Readonly<Record<string, unknown>>): Lookup {
  return (key) => {
    const value = properties[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "object") return JSON.stringify(value);
    const isEncoded = ["accounts", "command", "choice"].includes(rowOf(key).kind);
    return isEncoded ? withoutQuotes(String(value)) : String(value);
  };
}

/**
 * A lookup in the properties of a plugin's provider, with the limits on deletions of the stack's current configuration. An explicit provider
 * does not have them, and a refresh or destroy without the program uses the properties of the last update.
 *
 * @param environment has the package's part of the stack's configuration in PULUMI_CONFIG (sdk/go/common/resource/plugin/provider_plugin.go)
 */
export function lookupWithStackLimits(
  properties: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): Lookup {
  const lookup = lookupIn(properties);
  const stack = parseIfJson(environment.PULUMI_CONFIG ?? "");
  const stackLookup = isJsonObject(stack) ? lookupIn(stack) : () => undefined;
  // Examples (the provider's value, the stack's → result): onDelete retain, refuse → refuse; deleteLimit 5, 3 → 3; any other key a, b → a.
  return (key) => {
    const [own, ofStack] = [lookup(key), stackLookup(key)];
    const row = rowOf(key);
    if (row.strictest) return isStricter(row, ofStack, own) ? ofStack : own;
    // An empty string counts as not set.
    if (key !== "deleteLimit" || !ofStack) return own;
    return !own || Number(ofStack) < Number(own) ? ofStack : own;
  };
}

/** Generated SDKs encode a value as JSON if its type is not always string, so that a string is in quotes. */
function withoutQuotes(text: string): string {
  const parsed = text.startsWith('"') ? parseIfJson(text) : undefined;
  return typeof parsed === "string" ? parsed : text;
}

/** The value of a key, and its source. */
export interface ConfiguredValue {
  readonly value: string;
  readonly from: "configuration" | "environment";
}

/** The value of a key that applies: that of the configuration, or for rows with `environmentFirst`, that of the environment. */
export function configuredValue(
  key: ConfigurationKey,
  lookup: Lookup,
  environment: NodeJS.ProcessEnv,
): ConfiguredValue | undefined {
  const configured = { value: lookup(key), from: "configuration" } as const;
  // The access token of the environment can belong to another merchant than the refresh token of an explicit provider.
  const isReplaced = key === "accessToken" && Boolean(lookup("refreshToken"));
  const value = isReplaced ? undefined : environment[environmentVariable(key)];
  const variable = { value, from: "environment" } as const;
  const row = rowOf(key);
  const isFirst =
    row.environmentFirst || (row.strictest && isStricter(row, variable.value, configured.value));
  const order = isFirst ? [variable, configured] : [configured, variable];
  return order.find((candidate): candidate is ConfiguredValue => Boolean(candidate.value));
}

/** Whether a value is a later choice than another one. A value that is not allowed counts as stricter, so that it is reported. */
function isStricter(row: ConfigurationRow, value: string | undefined, than: string | undefined): boolean {
  const choices: readonly unknown[] = row.kind === "choice" ? row.choices : [];
  const rank = (text: string | undefined) =>
    text === undefined || text === "" ? -1 : choices.includes(text) ? choices.indexOf(text) : choices.length;
  return rank(value) > rank(than);
}

/**
 * Reads and validates the configuration.
 *
 * @throws Error that names the key and what is allowed, never the value.
 */
export function readConfiguration(lookup: Lookup, host: Host): Configuration {
  const { environment, declaredIn } = host;
  const keys: KeyReader = {
    value: (key) => configuredValue(key, lookup, environment)?.value,
    called: (key) => called(key, declaredIn),
  };
  return {
    ...(Object.fromEntries(configurationKeyNames.flatMap((key) => setting(key, keys))) as Settings),
    host,
    refresh: parseRefresh(keys),
    accounts: parseAccounts(keys),
    accountCommand: parseCommand(keys),
    tokensFrom: {
      accessToken: configuredValue("accessToken", lookup, environment)?.from,
      refreshToken: configuredValue("refreshToken", lookup, environment)?.from,
      accounts: configuredValue("accounts", lookup, environment)?.from,
    },
  };
}

/**
 * The name and value of a setting. None if it has neither a value nor a default, or is read together with others. Values are text, whose kind and
 * limits are in the table of keys, so there is no schema that would repeat them.
 */
function setting(key: ConfigurationKey, keys: KeyReader): [string, unknown][] {
  const row = rowOf(key);
  const name = keys.called(key);
  const text = keys.value(key) ?? ("default" in row ? row.default.toString() : undefined);
  if (text === undefined) return [];
  switch (row.kind) {
    case "text":
      return [[key, text]];
    case "address":
      parseApiUrl(text, name);
      return [[key, text]];
    case "seconds": {
      const seconds = Number(text);
      if (seconds > 0 && seconds <= maxSeconds) return [[`${key}Ms`, seconds * 1000]];
      throw new Error(`${name} must be a number of seconds above 0 and up to ${maxSeconds}`);
    }
    case "whole": {
      const number = Number(text);
      const isAllowed = Number.isInteger(number) && number >= row.least && number <= row.most;
      if (isAllowed && text.trim() !== "") return [[key, number]];
      throw new Error(`${name} must be a whole number from ${row.least} to ${row.most}`);
    }
    case "choice":
      return [[key, oneOf(row.choices, text, name)]];
    case "flag":
      return [[key, oneOf(["true", "false"], text, name) === "true"]];
    default:
      return [];
  }
}

function oneOf(choices: readonly string[], text: string, name: string): string {
  if (choices.includes(text)) return text;
  throw new Error(`${name} must be one of: ${choices.join(", ")}`);
}
