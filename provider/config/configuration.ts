import { defaultRequestTimeoutMs } from "../api/client-options";
import type { Command } from "../api/credentials/account-command";
import type { RefreshCredentials } from "../api/credentials/token-endpoint";
import { parseIfJson } from "../api/json";
import { defaultMaxAttempts, defaultOperationTimeoutMs } from "../api/retry";
import { type AccountTokens, parseAccounts, parseCommand, parseRefresh } from "./accounts";
import { type ConfigurationKey, environmentFirst, environmentVariable } from "./keys";
import { apiAddress, choice, flag, optional, seconds, wholeNumber } from "./values";

const defaultApiUrl = "https://api.pinterest.com/v5";
const defaultConsistencyTimeoutMs = 10_000;
const defaultAccountCommandTimeoutMs = 60_000;

/**
 * What to do if Pinterest rejects an account. `fail`: fail. `keep`: reads keep the last known values and warn. `forget`: like `keep`; a
 * delete also removes the resource from state and warns.
 */
export type WhenUnreachable = "fail" | "keep" | "forget";

/** When to check for drift: in every preview and update, or only if the user asks for a refresh. */
export type DetectDrift = "always" | "refresh";

/** The values of all keys. */
export interface Configuration {
  apiUrl: string;
  /** Time limit for one attempt of a request. */
  requestTimeoutMs: number;
  /** Time limit for a request with all its attempts and waits. */
  operationTimeoutMs: number;
  /** Number of attempts of a request. 1 disables retries. */
  maxAttempts: number;
  /** The user's limit for each account. */
  requestsPerMinute?: number;
  consistencyTimeoutMs: number;
  detectDrift: DetectDrift;
  whenUnreachable: WhenUnreachable;
  /** Number of integrations that one command may delete. */
  deleteLimit?: number;
  /** Whether reads also compare partner tokens and e-mail. */
  compareSecrets: boolean;
  /** Whether to report operations to Pinterest's integration log. */
  reportLogs: boolean;
  /** Access token of the default account. Used instead of its refresh token. */
  accessToken?: string;
  /** Refresh token of the default account. */
  refresh?: RefreshCredentials;
  /** Tokens of named accounts. */
  accounts: ReadonlyMap<string, AccountTokens>;
  /** File that keeps renewed tokens between commands. */
  tokenFile?: string;
  /** Command that prints tokens of named accounts that `accounts` does not contain. */
  accountCommand?: Command;
  accountCommandTimeoutMs: number;
}

/** Returns the value of a key, if it is set. */
export type Lookup = (key: ConfigurationKey) => string | undefined;

/** Keys that programs give as a string, or as a list or object. */
const stringOrNested: ReadonlySet<ConfigurationKey> = new Set(["accounts", "accountCommand"]);

/** A lookup in the properties of a provider. Values become the strings that a stack's configuration would contain. */
export function lookupIn(properties: Readonly<Record<string, unknown>>): Lookup {
  return (key) => {
    const value = properties[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "object") return JSON.stringify(value);
    return stringOrNested.has(key) ? withoutQuotes(String(value)) : String(value);
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

/** The value of a key that applies: the configuration takes precedence. For {@link environmentFirst}, the environment takes precedence. */
export function configuredValue(
  key: ConfigurationKey,
  lookup: Lookup,
  environment: NodeJS.ProcessEnv,
): ConfiguredValue | undefined {
  const configured = { value: lookup(key), from: "configuration" } as const;
  const variable = { value: environment[environmentVariable(key)], from: "environment" } as const;
  const order = environmentFirst.has(key) ? [variable, configured] : [configured, variable];
  return order.find((candidate): candidate is ConfiguredValue => Boolean(candidate.value));
}

/**
 * Reads and validates the configuration.
 *
 * @throws Error that names the key and what is allowed, never the value.
 */
export function readConfiguration(
  lookup: Lookup,
  environment: NodeJS.ProcessEnv = process.env,
): Configuration {
  const get = (key: ConfigurationKey) => configuredValue(key, lookup, environment)?.value;
  return {
    apiUrl: apiAddress("apiUrl", get("apiUrl")) ?? defaultApiUrl,
    requestTimeoutMs: seconds("requestTimeout", get("requestTimeout")) ?? defaultRequestTimeoutMs,
    operationTimeoutMs: seconds("operationTimeout", get("operationTimeout")) ?? defaultOperationTimeoutMs,
    maxAttempts: wholeNumber("maxAttempts", get("maxAttempts"), 1, 100) ?? defaultMaxAttempts,
    ...optional("requestsPerMinute", wholeNumber("requestsPerMinute", get("requestsPerMinute"), 1, 1e6)),
    consistencyTimeoutMs:
      seconds("consistencyTimeout", get("consistencyTimeout")) ?? defaultConsistencyTimeoutMs,
    detectDrift: choice("detectDrift", get("detectDrift"), ["always", "refresh"]) ?? "always",
    whenUnreachable: choice("whenUnreachable", get("whenUnreachable"), ["fail", "keep", "forget"]) ?? "fail",
    ...optional("deleteLimit", wholeNumber("deleteLimit", get("deleteLimit"), 0, 1e6)),
    compareSecrets: flag("compareSecrets", get("compareSecrets")),
    reportLogs: flag("reportLogs", get("reportLogs")),
    ...optional("accessToken", get("accessToken")),
    ...optional("refresh", parseRefresh(get)),
    accounts: parseAccounts(get),
    ...optional("tokenFile", get("tokenFile")),
    ...optional("accountCommand", parseCommand(get("accountCommand"))),
    accountCommandTimeoutMs:
      seconds("accountCommandTimeout", get("accountCommandTimeout")) ?? defaultAccountCommandTimeoutMs,
  };
}
