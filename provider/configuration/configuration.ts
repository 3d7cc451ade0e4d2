import { type ConfigurationKey, environmentVariable, fullKey } from "./keys";

/** Pinterest's own API. */
export const defaultApiUrl = "https://api.pinterest.com/v5";
export const defaultRequestTimeoutSeconds = 30;
export const defaultSettleTimeoutSeconds = 10;

export interface Configuration {
  apiUrl: string;
  requestTimeoutMs: number;
  settleTimeoutMs: number;
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
    settleTimeoutMs: seconds("settleTimeout", get("settleTimeout") ?? String(defaultSettleTimeoutSeconds)),
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
