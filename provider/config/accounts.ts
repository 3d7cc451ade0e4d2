import {
  CredentialsError,
  expiryForms,
  looksLikeToken,
  parseExpiry,
  tokenTextProblem,
} from "../api/credentials";
import type { Command } from "../api/credentials/account-command";
import type { RefreshCredentials } from "../api/credentials/token-endpoint";
import { isJsonObject } from "../api/json";
import { shownText } from "../api/message-text";
import { type ConfigurationKey, called } from "./keys";

/** An access token without a refresh token. */
interface AccessToken {
  readonly accessToken: string;
  /** In milliseconds since 1970, if known. */
  readonly expiresAt?: number;
}

/** What the configuration contains for an account. */
export type AccountTokens = AccessToken | RefreshCredentials;

/** Returns the value of a key, if it is set. */
type Get = (key: ConfigurationKey) => string | undefined;

/**
 * Parses the refresh token of the default account.
 *
 * @throws CredentialsError, whose message contains no secret.
 */
export function parseRefresh(get: Get): RefreshCredentials | undefined {
  const refreshToken = get("refreshToken");
  if (refreshToken === undefined) return undefined;
  const problem = tokenTextProblem(refreshToken);
  if (problem !== undefined) throw new CredentialsError(`${called("refreshToken")} ${problem}`);
  const { appId, appSecret } = parseApp(get);
  if (appId === undefined || appSecret === undefined) {
    throw new CredentialsError(
      `${called("refreshToken")} needs the app that it was issued to`,
      `Set ${missingKeys(appId, appSecret)}`,
    );
  }
  return { refreshToken, appId, appSecret };
}

const accountsForm =
  'Set it to a JSON object of account names and access tokens, such as {"shop-a": "pina_…"}. Instead of a token, an account can have an ' +
  'object: {"accessToken": "pina_…", "expiresAt": "2027-01-31"} or {"refreshToken": "pinr_…"}, optionally with "appId" and "appSecret"';

/**
 * Parses the tokens of named accounts.
 *
 * @throws CredentialsError that names the account, but contains no secret.
 */
export function parseAccounts(get: Get): Map<string, AccountTokens> {
  const text = get("accounts");
  if (text === undefined) return new Map();
  let accounts: unknown;
  try {
    accounts = JSON.parse(text);
  } catch {
    // The message of the parser contains a part of the text.
    throw invalidAccounts(`is not valid JSON${placeOfError(text)}`);
  }
  if (!isJsonObject(accounts)) throw invalidAccounts("is not a JSON object");
  const app = parseApp(get);
  return new Map(Object.entries(accounts).map(([name, value]) => [name, parseAccount(name, value, app)]));
}

const accountProperties = ["accessToken", "expiresAt", "refreshToken", "appId", "appSecret"];

function parseAccount(
  name: string,
  value: unknown,
  app: Partial<Omit<RefreshCredentials, "refreshToken">>,
): AccountTokens {
  if (looksLikeToken(name)) throw invalidAccounts("contains a token in place of an account name");
  const shown = `'${shownText(name)}'`;
  const properties = isJsonObject(value) ? value : { accessToken: value };
  if (Object.keys(properties).some((key) => !accountProperties.includes(key))) {
    // Without the properties, because one can be a token.
    throw invalidAccounts(`contains unknown properties for ${shown}`, `Use ${accountProperties.join(", ")}`);
  }
  const accessToken = properties.accessToken ?? undefined;
  const refreshToken = properties.refreshToken ?? undefined;
  if (accessToken !== undefined && refreshToken !== undefined) {
    throw invalidAccounts(
      `contains both \`accessToken\` and \`refreshToken\` for ${shown}`,
      "Remove one of them",
    );
  }
  const token = accessToken ?? refreshToken;
  if (typeof token !== "string" || token === "")
    throw invalidAccounts(`contains no access token for ${shown}`);
  const problem = tokenTextProblem(token);
  if (problem !== undefined) throw invalidAccounts(`contains a token for ${shown} that ${problem}`, "");
  if (refreshToken === undefined) {
    const expiry = properties.expiresAt ?? undefined;
    const expiresAt = parseExpiry(expiry);
    if (expiry !== undefined && expiresAt === undefined) {
      throw invalidAccounts(`contains an invalid \`expiresAt\` for ${shown}`, `Set it to ${expiryForms}`);
    }
    return { accessToken: token, ...(expiresAt === undefined ? {} : { expiresAt }) };
  }
  // App IDs are often written as numbers.
  const ownId = typeof properties.appId === "number" ? String(properties.appId) : properties.appId;
  const ownSecret = properties.appSecret;
  const appId =
    checkedAppId(
      typeof ownId === "string" ? ownId : undefined,
      `${called("accounts")} contains an \`appId\` for ${shown} that`,
    ) ?? app.appId;
  const appSecret = typeof ownSecret === "string" && ownSecret !== "" ? ownSecret : app.appSecret;
  if (appId === undefined || appSecret === undefined) {
    throw invalidAccounts(
      `contains a refresh token for ${shown}, which needs the app that it was issued to`,
      `Set ${missingKeys(appId, appSecret)}, or \`appId\` and \`appSecret\` next to the token`,
    );
  }
  return { refreshToken: token, appId, appSecret };
}

/** Where invalid JSON has its first error. Only messages of parsers contain it, and those of JSON.parse not always. */
function placeOfError(text: string): string {
  const { parse } = require("lossless-json") as typeof import("lossless-json");
  try {
    parse(text);
    return "";
  } catch (error) {
    const position = Number(/ at position (\d+)$/.exec((error as Error).message)?.[1]);
    if (Number.isNaN(position)) return "";
    const lines = text.slice(0, position).split("\n");
    return `: see line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
  }
}

/** An invalid value of the key `accounts`. */
export class InvalidAccounts extends CredentialsError {
  override readonly name = "InvalidAccounts";
}

function invalidAccounts(problem: string, remedy = accountsForm): CredentialsError {
  return new InvalidAccounts(`${called("accounts")} ${problem}`, remedy);
}

function parseApp(get: Get): Partial<Omit<RefreshCredentials, "refreshToken">> {
  const appId = checkedAppId(get("appId"), called("appId"));
  const appSecret = get("appSecret");
  return { ...(appId === undefined ? {} : { appId }), ...(appSecret === undefined ? {} : { appSecret }) };
}

/** HTTP Basic authentication allows no colon in a user ID: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
function checkedAppId(appId: string | undefined, subject: string): string | undefined {
  if (!appId) return undefined;
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(appId)) {
    throw new CredentialsError(
      `${subject} contains whitespace, a colon or another character that is not allowed in an app ID`,
    );
  }
  return appId;
}

function missingKeys(appId: string | undefined, appSecret: string | undefined): string {
  const keys = [
    ...(appId === undefined ? ["appId" as const] : []),
    ...(appSecret === undefined ? ["appSecret" as const] : []),
  ];
  return keys.map(called).join(" and ");
}

/**
 * Parses the account command: a JSON array runs without a shell, any other string in a shell.
 *
 * @throws CredentialsError without the text, which can contain secrets.
 */
export function parseCommand(text: string | undefined): Command | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // No shell command starts with `["`, so this is an incomplete array.
    if (/^\s*\[\s*"/.test(text)) throw invalidCommand("looks like a JSON array, but is not valid JSON");
    return { shell: text };
  }
  if (!Array.isArray(parsed)) return { shell: text };
  const [program, ...rest] = parsed;
  if (parsed.some((part) => typeof part !== "string" || part.includes("\0")) || !program) {
    throw invalidCommand("is not an array of strings that starts with a program");
  }
  return { argv: [program, ...rest] };
}

function invalidCommand(problem: string): CredentialsError {
  return new CredentialsError(
    `${called("accountCommand")} ${problem}`,
    'Set it to a JSON array of the program and its arguments, such as ["vault-tokens", "--json"], or to a command line for the shell',
  );
}
