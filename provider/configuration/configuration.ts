import { defaultRequestTimeoutMs } from "../pinterest/client-options";
import type { AppGrant } from "../pinterest/credentials/app-grant";
import type { Command } from "../pinterest/credentials/command-run";
import { defaultMaxAttempts, defaultOperationTimeoutMs } from "../pinterest/retry/retrying";
import { parseCommand } from "./account-command";
import { type AccountGrant, parseAccounts, parseRefreshGrant } from "./account-tokens";
import { type ConfigurationKey, environmentFirst, environmentVariable } from "./keys";
import { apiAddress, choice, flag, optional, seconds, wholeNumber } from "./values";

/** Pinterest's own API. */
const defaultApiUrl = "https://api.pinterest.com/v5";
const defaultConsistencyTimeoutMs = 10_000;
const defaultAccountCommandTimeoutMs = 60_000;

/**
 * What happens when an account is revoked or refused: the operation fails; or a read keeps what state knows and warns; or, beyond
 * that, a delete forgets the integration and warns.
 */
export type WhenUnreachable = "fail" | "keep" | "forget";

/** When reads check for drift: before every preview and update, or only when the user asks for a refresh. */
export type DetectDrift = "always" | "refresh";

export interface Configuration {
  apiUrl: string;
  /** One attempt of a request. */
  requestTimeoutMs: number;
  /** An operation with all its attempts and waits. */
  operationTimeoutMs: number;
  /** How often an operation is attempted at most; 1 is no retry. */
  maxAttempts: number;
  /** The user's own cap, for each account. */
  requestsPerMinute?: number;
  consistencyTimeoutMs: number;
  detectDrift: DetectDrift;
  whenUnreachable: WhenUnreachable;
  /** How many integrations one operation of the engine may delete. */
  deleteLimit?: number;
  /** Whether a read compares partner tokens and e-mail too. */
  compareSecrets: boolean;
  /** Whether what the provider does is reported to Pinterest's log. */
  reportLogs: boolean;
  /** The access token of the default account; goes before its refresh token. */
  accessToken?: string;
  /** The refresh token of the default account. */
  refresh?: AppGrant;
  /** What is configured for named accounts. */
  accounts: ReadonlyMap<string, AccountGrant>;
  /** Where the latest tokens are kept between runs. */
  tokenFile?: string;
  /** Gives the tokens of named accounts that `accounts` lacks. */
  accountCommand?: Command;
  accountCommandTimeoutMs: number;
}

/** Gives the value of a key where it is set. */
export type Lookup = (key: ConfigurationKey) => string | undefined;

/** What a key is set to, and where. */
export interface ConfiguredValue {
  readonly value: string;
  readonly from: "configuration" | "environment";
}

/** The value of a key that counts: the configuration's before the environment's, but for a few keys; undefined where none has it. */
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
 * Reads the configuration; what `lookup` lacks is taken from the environment, and a few keys from there first.
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
    ...optional("refresh", parseRefreshGrant(get)),
    accounts: parseAccounts(get),
    ...optional("tokenFile", get("tokenFile")),
    ...optional("accountCommand", parseCommand(get("accountCommand"))),
    accountCommandTimeoutMs:
      seconds("accountCommandTimeout", get("accountCommandTimeout")) ?? defaultAccountCommandTimeoutMs,
  };
}
