import { type ConfigurationKey, environmentVariable, fullKey } from "./keys";

/** Pinterest's own API. */
export const defaultApiUrl = "https://api.pinterest.com/v5";
export const defaultRequestTimeoutSeconds = 30;
export const defaultSettleTimeoutSeconds = 10;
export const defaultOperationTimeoutSeconds = 300;
export const defaultMaxAttempts = 4;

/**
 * What happens when an account is revoked or refused: the operation fails; or a read keeps what state knows and warns; or, beyond
 * that, a delete forgets the integration and warns.
 */
export type WhenUnreachable = "fail" | "keep" | "forget";

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
  settleTimeoutMs: number;
  whenUnreachable: WhenUnreachable;
  /** How many integrations one operation of the engine may delete. */
  deleteLimit?: number;
  /** Whether a read compares partner tokens and e-mail too. */
  compareSecrets: boolean;
  /** Whether what the provider does is reported to Pinterest's log. */
  reportLogs: boolean;
  /** The token of the default account. */
  accessToken?: string;
  /** The tokens of named accounts. */
  accounts: ReadonlyMap<string, string>;
}

/** Gives the value of a key where it is set. */
export type Lookup = (key: ConfigurationKey) => string | undefined;

/**
 * Reads the configuration; what `lookup` lacks is taken from the environment.
 *
 * @throws Error that names the key and what is allowed, never the value.
 */
export function readConfiguration(
  lookup: Lookup,
  environment: NodeJS.ProcessEnv = process.env,
): Configuration {
  const get = (key: ConfigurationKey) => lookup(key) || environment[environmentVariable(key)] || undefined;
  const accessToken = get("accessToken");
  return {
    apiUrl: get("apiUrl") ?? defaultApiUrl,
    requestTimeoutMs: seconds(
      "requestTimeout",
      get("requestTimeout") ?? String(defaultRequestTimeoutSeconds),
    ),
    operationTimeoutMs: seconds(
      "operationTimeout",
      get("operationTimeout") ?? String(defaultOperationTimeoutSeconds),
    ),
    maxAttempts: wholeNumber("maxAttempts", get("maxAttempts"), 1, 100) ?? defaultMaxAttempts,
    ...optional("requestsPerMinute", wholeNumber("requestsPerMinute", get("requestsPerMinute"), 1, 1e6)),
    settleTimeoutMs: seconds("settleTimeout", get("settleTimeout") ?? String(defaultSettleTimeoutSeconds)),
    whenUnreachable: choice("whenUnreachable", get("whenUnreachable"), ["fail", "keep", "forget"]) ?? "fail",
    ...optional("deleteLimit", wholeNumber("deleteLimit", get("deleteLimit"), 0, 1e6)),
    compareSecrets: flag("compareSecrets", get("compareSecrets")),
    reportLogs: flag("reportLogs", get("reportLogs")),
    ...(accessToken === undefined ? {} : { accessToken }),
    accounts: parseAccounts(get("accounts")),
  };
}

function seconds(key: ConfigurationKey, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) {
    throw new Error(
      `${called(key)} is no such number; allowed is a number of seconds above 0 and up to 3600`,
    );
  }
  return value * 1000;
}

function wholeNumber(
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
    throw new Error(
      `${called(key)} is no such number; allowed is a whole number from ${least} to ${most}, or nothing at all`,
    );
  }
  return value;
}

function choice<T extends string>(
  key: ConfigurationKey,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  const found = choices.find((candidate) => candidate === text);
  if (text !== undefined && found === undefined) {
    throw new Error(`${called(key)} is none of the values allowed: ${choices.join(", ")}`);
  }
  return found;
}

function flag(key: ConfigurationKey, text: string | undefined): boolean {
  return choice(key, text, ["true", "false"]) === "true";
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

// Names are shown in messages, so a token that took the place of one must not get that far.
const looksLikeToken = /^pin[ar][._-][\w.~+/=%-]{16,}$/;

function parseAccounts(text: string | undefined): Map<string, string> {
  if (text === undefined) {
    return new Map();
  }
  const allowed = 'a JSON object of account names and access tokens, such as {"shop-a": "pina_…"}';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and with it a token.
    throw new Error(`${called("accounts")} is not JSON; allowed is ${allowed}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new Error(`${called("accounts")} is no JSON object; allowed is ${allowed}`);
  }
  const accounts = new Map(Object.entries(parsed));
  for (const [name, token] of accounts) {
    if (looksLikeToken.test(name)) {
      throw new Error(`${called("accounts")} holds a token where a name belongs; allowed is ${allowed}`);
    }
    if (typeof token !== "string" || token === "") {
      throw new Error(`${called("accounts")} holds no access token for '${name}'; allowed is ${allowed}`);
    }
  }
  return accounts;
}

/** A key and its variable, for a message. */
export function called(key: ConfigurationKey): string {
  return `\`${fullKey(key)}\` (${environmentVariable(key)})`;
}
