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
import { lazySchema, type Parsed } from "../base/schema";
import type { Host } from "./host";
import { type ConfigurationKey, called, environmentVariable, fullKey, type tokenKeys } from "./keys";
import type { DeclaredIn } from "./vocabulary";

/** An access token without a refresh token. */
interface AccessToken {
  readonly accessToken: string;
  /** In milliseconds since 1970, if known. */
  readonly expiresAt?: number;
}

/** The tokens of an account in the configuration. */
type AccountTokens = AccessToken | RefreshCredentials;

/** The sources of the values of the keys with tokens. Undefined if a key is not set. */
export type TokenSources = Readonly<Record<(typeof tokenKeys)[number], TokenSource | undefined>>;

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
  /** Determines how messages name the keys and the declarations. */
  readonly host: Pick<Host, "declaredIn">;
}

/** Reads the values of keys together. */
export interface KeyReader {
  /** The value of a key, if it is set: never an empty string. */
  value(key: ConfigurationKey): string | undefined;
  /** The name of a key, for messages. */
  called(key: ConfigurationKey): string;
}

/**
 * The remedy if Pinterest rejects an access token of the configuration or the environment: a sentence.
 *
 * @param account undefined is the default account.
 * @param provider the explicit provider, if the resource has one.
 */
export function remedyForRejectedToken(
  { tokensFrom }: Pick<ConfiguredTokens, "tokensFrom">,
  account: string | undefined,
  provider: string | undefined,
): string {
  const key = account === undefined ? "accessToken" : "accounts";
  let setting = `\`${fullKey(key)}\``;
  if (tokensFrom[key] === "environment") setting = environmentVariable(key);
  // An explicit provider has the key as an argument, such as `accessToken` of provider 'south'.
  else if (provider !== undefined) setting = `\`${key}\` of ${accountInWords(undefined, provider)}`;
  const forAccount = account === undefined ? "" : ` for ${accountInWords(account)}`;
  return `Set a valid access token${forAccount} in ${setting}: this one is wrong, expired or revoked.`;
}

/** The app that refresh tokens were issued to. An undefined property is not set. */
type App = { readonly [Key in "appId" | "appSecret"]: string | undefined };

function isComplete(app: App): app is Pick<RefreshCredentials, keyof App> {
  return app.appId !== undefined && app.appSecret !== undefined;
}

/** The names of the keys that an incomplete app lacks. */
function missingKeys(app: App, keys: KeyReader): string {
  const missing = (["appId", "appSecret"] as const).filter((key) => app[key] === undefined);
  return missing.map((key) => keys.called(key)).join(" and ");
}

/** Parses the app of all refresh tokens that have no app of their own. */
function parseApp(keys: KeyReader): App {
  const appId = keys.value("appId");
  if (appId !== undefined) checkAppId(appId, keys.called("appId"));
  return { appId, appSecret: keys.value("appSecret") };
}

/** HTTP Basic authentication allows no colon in a user ID: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
function checkAppId(appId: string, subject: string): void {
  // Printable ASCII without the colon, which is between "9" and ";".
  if (/^[!-9;-~]+$/.test(appId)) return;
  throw new CredentialsError(
    `${subject} contains whitespace, a colon or another character that is not allowed in an app ID`,
  );
}

/**
 * Parses the refresh token of the default account.
 *
 * @throws CredentialsError, whose message contains no secret.
 */
export function parseRefresh(keys: KeyReader): RefreshCredentials | undefined {
  const refreshToken = keys.value("refreshToken");
  if (refreshToken === undefined) return undefined;
  const name = keys.called("refreshToken");
  const problem = tokenTextProblem(refreshToken);
  if (problem !== undefined) throw new CredentialsError(`${name} ${problem}`);
  const app = parseApp(keys);
  if (isComplete(app)) return { refreshToken, ...app };
  throw new CredentialsError(`${name} needs the app that it was issued to`, `Set ${missingKeys(app, keys)}`);
}

/** An invalid value of the key `accounts`. */
export class InvalidAccounts extends CredentialsError {
  override readonly name = "InvalidAccounts";

  constructor(keys: KeyReader, problem: string, remedy?: string) {
    super(`${keys.called("accounts")} ${problem}`, remedy);
  }
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
  const values = parseIfJson(text);
  if (values === undefined) {
    throw new InvalidAccounts(keys, `is not valid JSON${placeOfError(text)}`, accountsForm);
  }
  if (!isJsonObject(values)) throw new InvalidAccounts(keys, "is not a JSON object", accountsForm);
  const sharedApp = parseApp(keys);
  const accounts = new Map<string, AccountTokens>();
  for (const [name, value] of Object.entries(values)) {
    if (looksLikeToken(name)) {
      throw new InvalidAccounts(keys, "contains a token in place of an account name", accountsForm);
    }
    accounts.set(name, parseAccount({ shownName: `'${shownText(name)}'`, value, sharedApp, keys }));
  }
  return accounts;
}

/**
 * The place of the first error in invalid JSON: ": see line 3, column 1". Empty if it is unknown. JSON.parse does not always report a
 * position, and lossless-json reports it in the message only: "Quoted object key expected but got '}' at position 9".
 */
function placeOfError(text: string): string {
  const { parse } = require("lossless-json") as typeof import("lossless-json");
  try {
    parse(text);
    return "";
  } catch (error) {
    const [, position] = / at position (\d+)$/.exec((error as Error).message) ?? [];
    if (position === undefined) return "";
    const linesBefore = text.slice(0, Number(position)).split("\n");
    const column = (linesBefore.at(-1) ?? "").length + 1;
    return `: see line ${linesBefore.length}, column ${column}`;
  }
}

/** An account in the configuration, and what its parsing depends on. */
interface Account {
  /** For messages: "'shop-a'". */
  readonly shownName: string;
  readonly value: unknown;
  /** The app of a refresh token without an app of its own. */
  readonly sharedApp: App;
  readonly keys: KeyReader;
}

function invalidAccount({ shownName, keys }: Account, found: string, remedy: string): InvalidAccounts {
  return new InvalidAccounts(keys, `contains ${found} for ${shownName}`, remedy);
}

/** The properties of an account. */
const accountProperties = lazySchema((z) => {
  const text = z.string();
  // Null is the same as a missing property.
  const token = text.nullish().transform((value) => value ?? undefined);
  return z.strictObject({
    accessToken: token,
    expiresAt: z.unknown().optional(),
    refreshToken: token,
    // App IDs are often written as numbers. An app ID or app secret of another type is ignored.
    appId: text.min(1).or(z.number().transform(String)).optional().catch(undefined),
    appSecret: text.min(1).optional().catch(undefined),
  });
});

/**
 * Parses a token, or an object with one:
 *
 *     "pina_…"                                             → { accessToken: "pina_…" }
 *     {"accessToken": "pina_…", "expiresAt": "2027-01-31"} → { accessToken: "pina_…", expiresAt: 1801353600000 }
 *     {"refreshToken": "pinr_…"}                           → { refreshToken: "pinr_…", appId: "1", appSecret: "…" }
 */
function parseAccount(account: Account): AccountTokens {
  const { accessToken, refreshToken, expiresAt, appId, appSecret } = parseProperties(account);
  // An empty refresh token next to an access token is ignored.
  if (accessToken && refreshToken) {
    throw invalidAccount(account, "both `accessToken` and `refreshToken`", "Remove one of them");
  }
  if (accessToken !== undefined) return parseAccessToken(account, accessToken, expiresAt);
  if (refreshToken !== undefined) return parseRefreshToken(account, refreshToken, { appId, appSecret });
  throw invalidAccount(account, "no access token", accountsForm);
}

function parseProperties(account: Account): Partial<Parsed<typeof accountProperties>> {
  const { value } = account;
  const schema = accountProperties();
  const { data, error } = schema.safeParse(isJsonObject(value) ? value : { accessToken: value });
  if (error?.issues.some(({ code }) => code === "unrecognized_keys")) {
    // Without the properties, because one can be a token.
    throw invalidAccount(account, "unknown properties", `Use ${Object.keys(schema.shape).join(", ")}`);
  }
  // The only other error is a token that is not a string. It counts as missing.
  return data ?? {};
}

function parseAccessToken(account: Account, accessToken: string, expiresAt: unknown): AccessToken {
  checkToken(account, accessToken, "access");
  if (expiresAt === undefined || expiresAt === null) return { accessToken };
  const expiry = expirySchema().safeParse(expiresAt);
  if (expiry.success) return { accessToken, expiresAt: expiry.data };
  throw invalidAccount(account, "an invalid `expiresAt`", `Set it to ${expiryForms}`);
}

function parseRefreshToken(account: Account, refreshToken: string, ownApp: App): RefreshCredentials {
  const { shownName, sharedApp, keys } = account;
  checkToken(account, refreshToken, "refresh");
  if (ownApp.appId !== undefined) {
    checkAppId(ownApp.appId, `${keys.called("accounts")} contains an \`appId\` for ${shownName} that`);
  }
  const app = {
    appId: ownApp.appId ?? sharedApp.appId,
    appSecret: ownApp.appSecret ?? sharedApp.appSecret,
  };
  if (isComplete(app)) return { refreshToken, ...app };
  throw new InvalidAccounts(
    keys,
    `contains a refresh token for ${shownName}, which needs the app that it was issued to`,
    `Set ${missingKeys(app, keys)}, or \`appId\` and \`appSecret\` next to the token`,
  );
}

function checkToken(account: Account, token: string, kind: "access" | "refresh"): void {
  if (token === "") {
    throw invalidAccount(account, `an empty ${kind} token`, "Set the token, or remove the account");
  }
  const problem = tokenTextProblem(token);
  if (problem === undefined) return;
  throw new InvalidAccounts(account.keys, `contains a token for ${account.shownName} that ${problem}`);
}

/** A command without a shell: `["vault-tokens", "--json"]`. */
export const programAndArguments = lazySchema((z) => {
  // A program cannot receive a NUL character.
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
  const json = parseIfJson(text);
  if (Array.isArray(json)) {
    const { data: argv } = programAndArguments().safeParse(json);
    if (argv !== undefined) return { argv };
    throw invalidCommand(keys, "is not an array of strings that starts with a program");
  }
  // No shell command starts with `["`, so this is an incomplete array. `[ -f tokens ] && cat tokens` is a command.
  if (/^\s*\[\s*"/.test(text)) throw invalidCommand(keys, "looks like a JSON array, but is not valid JSON");
  return { shell: text };
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
  const { accessToken, refresh, accounts } = configuration;
  const { declaredIn } = configuration.host;
  if (account === undefined) {
    if (accessToken !== undefined) return { accessToken };
    if (refresh !== undefined) return refresh;
    throw new CredentialsError("no access token", remedyWithoutToken(declaredIn));
  }
  if (looksLikeToken(account)) {
    throw new CredentialsError(
      "an `account` is a token, but must be the name of an account",
      `Put the token into ${called("accounts", declaredIn)} under a name, and use the name`,
    );
  }
  const tokens = accounts.get(account);
  if (tokens !== undefined) return tokens;
  const command = commandFor(configuration, account);
  if (command !== undefined) return { command, account };
  throw unknownAccount(account, [...accounts.keys()], declaredIn);
}

/** The remedy if the default account has no token. A fleet has no configuration that `pulumi config set` changes. */
function remedyWithoutToken(declaredIn: DeclaredIn): string {
  const accessToken = called("accessToken", declaredIn);
  const refreshToken = called("refreshToken", declaredIn);
  if (declaredIn === "merchant list") {
    const app = `${called("appId", declaredIn)} and ${called("appSecret", declaredIn)}`;
    return `Set ${accessToken}, or ${refreshToken} with ${app}, or set the \`account\` of the merchant`;
  }
  return (
    `Set ${accessToken} with \`pulumi config set --secret pinterest:accessToken\`, or ${refreshToken} with \`pinterest:appId\` and ` +
    "`pinterest:appSecret`, or set the `account` of the resource"
  );
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

function unknownAccount(account: string, known: readonly string[], declaredIn: DeclaredIn): CredentialsError {
  const summary = `no access token for ${accountInWords(account)}`;
  const accountsKey = called("accounts", declaredIn);
  const orCommand = `or set ${called("accountCommand", declaredIn)} to a command that prints its token`;
  if (known.length === 0) {
    // Not an UnconfiguredAccount: the whole configuration is missing. That of the last update can lack what the current one has.
    return new CredentialsError(summary, `Add the account to ${accountsKey}, ${orCommand}`);
  }
  const names = known.slice(0, namedAccounts).map((name) => `'${shownText(name)}'`);
  const more = known.length > namedAccounts ? `, and ${known.length - namedAccounts} more` : "";
  const similar = similarName(account, known);
  const hint = similar === undefined ? "" : `Did you mean '${shownText(similar)}'? `;
  return new UnconfiguredAccount(
    `${summary}: ${accountsKey} contains ${names.join(", ")}${more}`,
    `${hint}Add the account there, ${orCommand}`,
  );
}

/** The known name that is probably meant, if any. A wrong hint would connect a shop to another merchant. */
function similarName(account: string, known: readonly string[]): string | undefined {
  // One edit per six characters: "south" is not a misspelling of "north".
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
  return hasDefault ? [undefined, ...accounts.keys()] : [...accounts.keys()];
}
