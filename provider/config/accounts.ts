import {
  type Command,
  CredentialsError,
  expiryForms,
  expirySchema,
  looksLikeToken,
  type RefreshCredentials,
  type TokenSource,
  tokenTextProblem,
  UnconfiguredAccount,
} from "../api";
import { isJsonObject, parseIfJson } from "../base/json";
import { accountInWords, nearestNames, shownText } from "../base/message-text";
import { lazySchema } from "../base/schema";
import type { Host } from "./host";
import { type ConfigurationKey, called, environmentVariable, fullKey, type tokenKeys } from "./keys";

/** An access token without a refresh token. */
interface AccessToken {
  readonly accessToken: string;
  /** In milliseconds since 1970, if known. */
  readonly expiresAt?: number;
}

/** The tokens of an account in the configuration. */
type AccountTokens = AccessToken | RefreshCredentials;

/** The sources of tokens in the configuration. */
export interface ConfiguredTokens {
  readonly accessToken: string | undefined;
  /** Refresh token of the default account, which uses its access token instead if there is one. */
  readonly refresh: RefreshCredentials | undefined;
  /** Tokens of named accounts. */
  readonly accounts: ReadonlyMap<string, AccountTokens>;
  /** Command that prints tokens of named accounts that `accounts` does not contain. */
  readonly accountCommand: Command | undefined;
  readonly tokensFrom: TokenSources;
  readonly host: Pick<Host, "declaredIn">;
}

/** Reads the values of keys together. */
export interface KeyReader {
  /** The value of a key, if it is set. */
  value(key: ConfigurationKey): string | undefined;
  /** The name of a key, for messages. */
  called(key: ConfigurationKey): string;
}

/** The sources of the values of the keys with tokens. Undefined if a key is not set. */
export type TokenSources = Readonly<Record<(typeof tokenKeys)[number], TokenSource | undefined>>;

/** The remedy if Pinterest rejects an access token of the configuration or the environment: a sentence. @param provider the explicit provider. */
export function remedyForRejectedToken(
  { tokensFrom }: Pick<ConfiguredTokens, "tokensFrom">,
  account: string | undefined,
  provider: string | undefined,
): string {
  const key = account === undefined ? "accessToken" : "accounts";
  const of = account === undefined ? "" : ` for ${accountInWords(account)}`;
  const configured =
    provider === undefined ? `\`${fullKey(key)}\`` : `\`${key}\` of ${accountInWords(undefined, provider)}`;
  const setting = tokensFrom[key] === "environment" ? environmentVariable(key) : configured;
  return `Set a valid access token${of} in ${setting}: this one is wrong, expired or revoked.`;
}

/**
 * Parses the refresh token of the default account.
 *
 * @throws CredentialsError, whose message contains no secret.
 */
export function parseRefresh(keys: KeyReader): RefreshCredentials | undefined {
  const refreshToken = keys.value("refreshToken");
  const name = keys.called("refreshToken");
  if (refreshToken === undefined) return undefined;
  const problem = tokenTextProblem(refreshToken);
  if (problem !== undefined) throw new CredentialsError(`${name} ${problem}`);
  const app = parseApp(keys);
  if (isComplete(app)) return { refreshToken, ...app };
  throw new CredentialsError(`${name} needs the app that it was issued to`, `Set ${missingKeys(app, keys)}`);
}

const accountsForm =
  'Set it to a JSON object of account names and access tokens, such as {"shop-a": "pina_…"}. Instead of a token, an account can have an ' +
  'object: {"accessToken": "pina_…", "expiresAt": "2027-01-31"} or {"refreshToken": "pinr_…"}, optionally with "appId" and "appSecret"';

/**
 * Parses the tokens of named accounts.
 *
 * @throws CredentialsError that names the account, but contains no secret.
 */
export function parseAccounts(keys: KeyReader): Map<string, AccountTokens> {
  const text = keys.value("accounts");
  if (text === undefined) return new Map();
  const accounts = parseIfJson(text);
  if (accounts === undefined) throw invalidAccounts(keys, `is not valid JSON${placeOfError(text)}`);
  if (!isJsonObject(accounts)) throw invalidAccounts(keys, "is not a JSON object");
  const app = parseApp(keys);
  return new Map(
    Object.entries(accounts).map(([name, value]) => [name, parseAccount(name, value, app, keys)]),
  );
}

/** The properties of an account. The provider ignores an app ID or app secret of another type. */
const accountEntry = lazySchema((z) => {
  const text = z.string();
  return z.strictObject({
    accessToken: text.nullish(),
    expiresAt: z.unknown().optional(),
    refreshToken: text.nullish(),
    // App IDs are often written as numbers.
    appId: text.min(1).or(z.number().transform(String)).optional().catch(undefined),
    appSecret: text.min(1).optional().catch(undefined),
  });
});

function parseAccount(name: string, value: unknown, app: App, keys: KeyReader): AccountTokens {
  const shown = `'${shownText(name)}'`;
  const invalid = (problem: string, remedy?: string) => invalidAccounts(keys, `contains ${problem}`, remedy);
  if (looksLikeToken(name)) throw invalid("a token in place of an account name");
  const schema = accountEntry();
  const { data, error } = schema.safeParse(isJsonObject(value) ? value : { accessToken: value });
  if (error?.issues.some(({ code }) => code === "unrecognized_keys")) {
    // Without the properties, because one can be a token.
    throw invalid(`unknown properties for ${shown}`, `Use ${Object.keys(schema.shape).join(", ")}`);
  }
  const { accessToken, refreshToken, expiresAt, appId, appSecret } = data ?? {};
  if (accessToken && refreshToken) {
    throw invalid(`both \`accessToken\` and \`refreshToken\` for ${shown}`, "Remove one of them");
  }
  const token = accessToken ?? refreshToken;
  if (token === undefined || token === null) throw invalid(`no access token for ${shown}`);
  if (token === "") {
    const kind = accessToken === "" ? "access" : "refresh";
    throw invalid(`an empty ${kind} token for ${shown}`, "Set the token, or remove the account");
  }
  const problem = tokenTextProblem(token);
  if (problem !== undefined) throw invalid(`a token for ${shown} that ${problem}`, "");
  if (refreshToken) {
    const subject = `${keys.called("accounts")} contains an \`appId\` for ${shown} that`;
    const ownId = checkedAppId(appId, subject);
    const ownApp = { appId: ownId ?? app.appId, appSecret: appSecret ?? app.appSecret };
    if (isComplete(ownApp)) return { refreshToken, ...ownApp };
    throw invalid(
      `a refresh token for ${shown}, which needs the app that it was issued to`,
      `Set ${missingKeys(ownApp, keys)}, or \`appId\` and \`appSecret\` next to the token`,
    );
  }
  if (expiresAt === undefined || expiresAt === null) return { accessToken: token };
  const expiry = expirySchema().safeParse(expiresAt);
  if (expiry.success) return { accessToken: token, expiresAt: expiry.data };
  throw invalid(`an invalid \`expiresAt\` for ${shown}`, `Set it to ${expiryForms}`);
}

/** Line and column of the first error in invalid JSON. Parsers report it in their message only, and JSON.parse does not always. */
function placeOfError(text: string): string {
  const { parse } = require("lossless-json") as typeof import("lossless-json");
  try {
    parse(text);
    return "";
  } catch (error) {
    const position = Number(/ at position (\d+)$/.exec((error as Error).message)?.[1]);
    if (Number.isNaN(position)) return "";
    const before = text.slice(0, position);
    return `: see line ${before.split("\n").length}, column ${position - before.lastIndexOf("\n")}`;
  }
}

/** An invalid value of the key `accounts`. */
export class InvalidAccounts extends CredentialsError {
  override readonly name = "InvalidAccounts";
}

function invalidAccounts(keys: KeyReader, problem: string, remedy = accountsForm): CredentialsError {
  return new InvalidAccounts(`${keys.called("accounts")} ${problem}`, remedy);
}

/** The app that refresh tokens were issued to. */
type App = { readonly [Key in "appId" | "appSecret"]: string | undefined };

function parseApp({ value, called: nameOf }: KeyReader): App {
  return { appId: checkedAppId(value("appId"), nameOf("appId")), appSecret: value("appSecret") };
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

function isComplete(app: App): app is Pick<RefreshCredentials, keyof App> {
  return app.appId !== undefined && app.appSecret !== undefined;
}

/** The names of the keys that an incomplete app lacks. */
function missingKeys(app: App, keys: KeyReader): string {
  const missing = (["appId", "appSecret"] as const).filter((key) => app[key] === undefined);
  return missing.map(keys.called).join(" and ");
}

/** A command without a shell. */
export const programAndArguments = lazySchema((z) => {
  const text = z.string().regex(/^[^\0]*$/);
  return z.tuple([text.min(1)], text);
});

/**
 * Parses the account command: a JSON array runs without a shell, any other string in a shell.
 *
 * @throws CredentialsError without the text, which can contain secrets.
 */
export function parseCommand(keys: KeyReader): Command | undefined {
  const text = keys.value("accountCommand");
  if (text === undefined || text.trim() === "") return undefined;
  const parsed = parseIfJson(text);
  if (!Array.isArray(parsed)) {
    // No shell command starts with `["`, so this is an incomplete array.
    if (/^\s*\[\s*"/.test(text)) throw invalidCommand(keys, "looks like a JSON array, but is not valid JSON");
    return { shell: text };
  }
  const { data: argv } = programAndArguments().safeParse(parsed);
  if (argv !== undefined) return { argv };
  throw invalidCommand(keys, "is not an array of strings that starts with a program");
}

function invalidCommand(keys: KeyReader, problem: string): CredentialsError {
  return new CredentialsError(
    `${keys.called("accountCommand")} ${problem}`,
    'Set it to a JSON array of the program and its arguments, such as ["vault-tokens", "--json"], or to a command line for the shell',
  );
}

/** Source of an account's tokens: the configuration, or the account command. */
export type AccountSource = AccountTokens | { readonly command: Command; readonly account: string };

/**
 * Finds the source of the tokens of a named account, or of the default account (undefined). The account command serves names that
 * `accounts` does not contain. Runs and reads nothing.
 *
 * @throws CredentialsError if there is none: an UnconfiguredAccount if other named accounts are configured.
 */
export function sourceOf(configuration: ConfiguredTokens, account: string | undefined): AccountSource {
  const { accessToken, refresh, accounts, host } = configuration;
  const nameOf = (key: ConfigurationKey) => called(key, host.declaredIn);
  if (account === undefined) {
    const source = accessToken === undefined ? refresh : { accessToken };
    if (source !== undefined) return source;
    throw new CredentialsError(
      "no access token",
      host.declaredIn === "program"
        ? `Set ${nameOf("accessToken")} with \`pulumi config set --secret pinterest:accessToken\`, or ${nameOf("refreshToken")} with ` +
            "`pinterest:appId` and `pinterest:appSecret`, or set the `account` of the resource"
        : `Set ${nameOf("accessToken")}, or ${nameOf("refreshToken")} with ${nameOf("appId")} and ${nameOf("appSecret")}, or set the ` +
            "`account` of the merchant",
    );
  }
  if (looksLikeToken(account)) {
    throw new CredentialsError(
      "an `account` is a token, but must be the name of an account",
      `Put the token into ${nameOf("accounts")} under a name, and use the name`,
    );
  }
  const command = commandFor(configuration, account);
  const source = accounts.get(account) ?? (command && { command, account });
  if (source === undefined) throw unknownAccount(account, [...accounts.keys()], nameOf);
  return source;
}

/** The account command, if it serves this account. */
export function commandFor(
  { accounts, accountCommand }: Pick<ConfiguredTokens, "accounts" | "accountCommand">,
  account: string,
): Command | undefined {
  return accounts.has(account) || looksLikeToken(account) ? undefined : accountCommand;
}

/** Limit for the names that a message contains. */
const namedAccounts = 5;

function unknownAccount(
  account: string,
  known: readonly string[],
  nameOf: (key: ConfigurationKey) => string,
): CredentialsError {
  const summary = `no access token for ${accountInWords(account)}`;
  const orCommand = `or set ${nameOf("accountCommand")} to a command that prints its token`;
  // Without any account, the configuration is missing, and not just this account. That of the last update can lack what the current one has.
  if (known.length === 0)
    return new CredentialsError(summary, `Add the account to ${nameOf("accounts")}, ${orCommand}`);
  const names = known.slice(0, namedAccounts).map((name) => `'${shownText(name)}'`);
  const more = known.length > namedAccounts ? `, and ${known.length - namedAccounts} more` : "";
  const similar = similarName(account, known);
  const hint = similar === undefined ? "" : `Did you mean '${shownText(similar)}'? `;
  return new UnconfiguredAccount(
    `${summary}: ${nameOf("accounts")} contains ${names.join(", ")}${more}`,
    `${hint}Add the account there, ${orCommand}`,
  );
}

function similarName(account: string, known: readonly string[]): string | undefined {
  // "south" is not a misspelling of "north". A wrong hint would connect a shop to another merchant.
  const [nearest] = nearestNames(account, known, Math.max(1, account.length / 6));
  const withoutDigits = (name: string) => name.replace(/\d+/g, "");
  // "shop-2" is not a misspelling of "shop-4".
  return nearest !== undefined && withoutDigits(nearest) !== withoutDigits(account) ? nearest : undefined;
}

/** The accounts that the configuration contains without the account command; undefined is the default account. */
export function configuredAccounts({
  accessToken,
  refresh,
  accounts,
}: ConfiguredTokens): (string | undefined)[] {
  const hasDefault = accessToken !== undefined || refresh !== undefined;
  return [...(hasDefault ? [undefined] : []), ...accounts.keys()];
}
