import { looksLikeToken, tokenTextProblem } from "../pinterest/credentials";
import { expiryForms, parseExpiry } from "../pinterest/credentials/expiry";
import type { RefreshCredentials } from "../pinterest/credentials/token-endpoint";
import { isJsonObject } from "../pinterest/json";
import type { ConfigurationKey } from "./keys";
import { called, optional } from "./values";

/** An access token as it is, never renewed. */
export interface AccessGrant {
  readonly accessToken: string;
  /** In milliseconds since 1970, where it is known. */
  readonly expiresAt?: number;
}

/** What is configured for an account. */
export type AccountGrant = AccessGrant | RefreshCredentials;

type Get = (key: ConfigurationKey) => string | undefined;

const allowed =
  'a JSON object of account names and access tokens, such as {"shop-a": "pina_…"}, where an object may stand for a token: ' +
  '{"accessToken": "pina_…", "expiresAt": "2027-01-31"} or {"refreshToken": "pinr_…"}, which may have "appId" and "appSecret" of its own';

/**
 * The refresh token of the default account, with its app.
 *
 * @throws Error that names what is missing.
 */
export function parseRefreshGrant(get: Get): RefreshCredentials | undefined {
  const refreshToken = get("refreshToken");
  if (refreshToken === undefined) {
    return undefined;
  }
  const problem = tokenTextProblem(refreshToken);
  if (problem !== undefined) {
    throw new Error(`${called("refreshToken")} ${problem}`);
  }
  const { appId, appSecret } = parseApp(get);
  if (appId === undefined || appSecret === undefined) {
    throw new Error(
      `${called("refreshToken")} needs the app that it was given to: set ${missing(appId, appSecret)}`,
    );
  }
  return { refreshToken, appId, appSecret };
}

/**
 * What is configured for named accounts.
 *
 * @throws Error that names the account and what is wrong, never a token.
 */
export function parseAccounts(get: Get): Map<string, AccountGrant> {
  const text = get("accounts");
  if (text === undefined) {
    return new Map();
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and with it a token.
    throw new Error(`${called("accounts")} is not JSON; allowed is ${allowed}`);
  }
  if (!isJsonObject(parsed)) {
    throw new Error(`${called("accounts")} is no JSON object; allowed is ${allowed}`);
  }
  const app = parseApp(get);
  return new Map(Object.entries(parsed).map(([name, value]) => [name, parseGrant(name, value, app)]));
}

function parseGrant(
  name: string,
  value: unknown,
  shared: Partial<Omit<RefreshCredentials, "refreshToken">>,
): AccountGrant {
  if (looksLikeToken(name)) {
    throw new Error(`${called("accounts")} holds a token where a name belongs; allowed is ${allowed}`);
  }
  const refuse = (problem: string): never => {
    throw new Error(`${called("accounts")} ${problem}`);
  };
  const given: Record<string, unknown> = isJsonObject(value) ? value : { accessToken: value };
  const text = (key: string): string | undefined => {
    const held = given[key];
    if (held === undefined || held === null) return undefined;
    // Numbers of apps are often written without quotes.
    return typeof held === "number" && key === "appId" ? String(held) : typeof held === "string" ? held : "";
  };
  const unknown = Object.keys(given).filter((key) => !known.includes(key)).length;
  if (unknown > 0) {
    // The keys are not named: one of them might be a token.
    refuse(`holds keys for '${name}' that are not among those allowed: ${known.join(", ")}`);
  }
  const accessToken = text("accessToken");
  const refreshToken = text("refreshToken");
  if (accessToken !== undefined && refreshToken !== undefined) {
    refuse(`holds both \`accessToken\` and \`refreshToken\` for '${name}'; leave one of them out`);
  }
  const token = accessToken ?? refreshToken ?? "";
  if (token === "") {
    refuse(`holds no access token for '${name}'; allowed is ${allowed}`);
  }
  const problem = tokenTextProblem(token);
  if (problem !== undefined) {
    refuse(`holds a token for '${name}' that ${problem}`);
  }
  if (refreshToken === undefined) {
    const { expiresAt } = given;
    const moment = parseExpiry(expiresAt);
    if (expiresAt !== undefined && expiresAt !== null && moment === undefined) {
      refuse(`holds an \`expiresAt\` for '${name}' that is no moment; allowed is ${expiryForms}`);
    }
    return { accessToken: token, ...optional("expiresAt", moment) };
  }
  const { appId, appSecret } = {
    appId:
      checkedAppId(text("appId"), `${called("accounts")} holds an \`appId\` for '${name}' that`) ??
      shared.appId,
    appSecret: text("appSecret") || shared.appSecret,
  };
  if (appId === undefined || appSecret === undefined) {
    throw new Error(
      `${called("accounts")} holds a refresh token for '${name}', which needs the app that it was given to: set ` +
        `${missing(appId, appSecret)}, or \`appId\` and \`appSecret\` beside the token`,
    );
  }
  return { refreshToken: token, appId, appSecret };
}

const known = ["accessToken", "expiresAt", "refreshToken", "appId", "appSecret"];

function parseApp(get: Get): Partial<Omit<RefreshCredentials, "refreshToken">> {
  return {
    ...optional("appId", checkedAppId(get("appId"), called("appId"))),
    ...optional("appSecret", get("appSecret")),
  };
}

function checkedAppId(appId: string | undefined, subject: string): string | undefined {
  if (!appId) {
    return undefined;
  }
  // In the form that carries it (HTTP Basic) a colon ends the id.
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(appId)) {
    throw new Error(`${subject} has a blank, a colon or another character that no app's id has`);
  }
  return appId;
}

function missing(appId: string | undefined, appSecret: string | undefined): string {
  const keys = [
    ...(appId === undefined ? ["appId" as const] : []),
    ...(appSecret === undefined ? ["appSecret" as const] : []),
  ];
  return keys.map(called).join(" and ");
}
