import {
  type Command,
  CredentialsError,
  expiryForms,
  expirySchema,
  looksLikeToken,
  type RefreshCredentials,
  tokenTextProblem,
} from "../api";
import { isJsonObject, parseIfJson, placeOfJsonError } from "../base/json";
import { shownText } from "../base/message-text";
import { lazySchema, type Parsed } from "../base/schema";
import type { ConfigurationKey } from "./keys";

/** Reads the configuration for the parsers of tokens. They need several keys: for example, a refresh token needs the keys of its app. */
export interface KeyReader {
  /** The value of a key, if it is set: never an empty string. */
  value(key: ConfigurationKey): string | undefined;
  /** The name of a key, for messages. */
  called(key: ConfigurationKey): string;
}

/** The tokens of an account. `expiresAt` is in milliseconds since 1970. */
export type AccountTokens =
  | { readonly accessToken: string; readonly expiresAt?: number }
  | RefreshCredentials;

/** The app that a refresh token was issued to, as far as it is configured. */
interface ConfiguredApp {
  readonly appId: string | undefined;
  readonly appSecret: string | undefined;
}

/** An invalid value of the key `accounts`. */
export class InvalidAccounts extends CredentialsError {
  override readonly name = "InvalidAccounts";
}

const accountsRemedy =
  'Set it to a JSON object of account names and access tokens, such as {"shop-a": "pina_…"}. Instead of a token, an account can have an ' +
  'object: {"accessToken": "pina_…", "expiresAt": "2027-01-31"} or {"refreshToken": "pinr_…"}, optionally with "appId" and "appSecret"';
const exactTokenRemedy = "Set the token exactly as Pinterest issued it";
const exactIdRemedy = "Set the ID that Pinterest shows for the app at https://developers.pinterest.com/apps/";

/**
 * Parses the key `accounts`, whose JSON has a token for each name, or an object with a token:
 *
 *     "pina_…"                                             → { accessToken: "pina_…" }
 *     {"accessToken": "pina_…", "expiresAt": "2027-01-31"} → { accessToken: "pina_…", expiresAt: 1801353600000 }
 *     {"refreshToken": "pinr_…"}                           → { refreshToken: "pinr_…", appId: "1", appSecret: "…" }
 *
 * An expiry of a refresh token and the app of an access token are ignored.
 *
 * @throws CredentialsError that names the account, but contains no secret.
 */
export function parseAccounts(keys: KeyReader): Map<string, AccountTokens> {
  const text = keys.value("accounts");
  if (text === undefined) return new Map();
  const key = keys.called("accounts");
  const accounts = parseIfJson(text);
  if (accounts === undefined)
    throw new InvalidAccounts(`${key} is not valid JSON${placeOfJsonError(text)}`, accountsRemedy);
  if (!isJsonObject(accounts)) throw new InvalidAccounts(`${key} is not a JSON object`, accountsRemedy);
  const sharedApp = readSharedApp(keys);
  return new Map(
    Object.entries(accounts).map(([name, value]) => {
      if (looksLikeToken(name))
        throw new InvalidAccounts(`${key} contains a token in place of an account name`, accountsRemedy);
      const account = `'${shownText(name)}'`;
      const properties = parseProperties(value, key, account);
      const tokens = tokensOf(properties, key, account);
      return [
        name,
        "refreshToken" in tokens ? { ...tokens, ...appOf(properties, sharedApp, keys, account) } : tokens,
      ];
    }),
  );
}

/** The properties of an account. For tokens and the expiry, null counts as missing. */
const accountSchema = lazySchema((z) => {
  const token = z.string().nullish();
  return z.object({
    accessToken: token.transform(nullAsMissing),
    expiresAt: expirySchema().nullish().transform(nullAsMissing),
    refreshToken: token.transform(nullAsMissing),
    // App IDs are often written as numbers.
    appId: z.string().min(1).or(z.number().transform(String)).optional(),
    appSecret: z.string().min(1).optional(),
  });
});

type AccountProperties = Parsed<typeof accountSchema>;

function nullAsMissing<T>(value: T | null): T | undefined {
  return value ?? undefined;
}

/** Parses a token, or an object. The errors contain no value and no unknown name, because both can be a token. */
function parseProperties(value: unknown, key: string, account: string): AccountProperties {
  const properties = typeof value === "string" ? { accessToken: value } : value;
  if (!isJsonObject(properties))
    throw new InvalidAccounts(`${key} contains no access token for ${account}`, accountsRemedy);
  const schema = accountSchema();
  const allowed = Object.keys(schema.shape);
  if (!Object.keys(properties).every((name) => allowed.includes(name)))
    throw new InvalidAccounts(
      `${key} contains unknown properties for ${account}`,
      `Use ${allowed.join(", ")}`,
    );
  const { data, error } = schema.safeParse(properties);
  if (data !== undefined) return data;
  const invalid = String(error.issues[0]?.path[0]);
  throw new InvalidAccounts(
    `${key} contains an invalid \`${invalid}\` for ${account}`,
    invalid === "expiresAt" ? `Set it to ${expiryForms}` : accountsRemedy,
  );
}

/** The access token with its expiry, or the refresh token. */
function tokensOf(
  { accessToken, expiresAt, refreshToken }: AccountProperties,
  key: string,
  account: string,
): { accessToken: string; expiresAt?: number } | { refreshToken: string } {
  if (accessToken !== undefined && refreshToken !== undefined)
    throw new InvalidAccounts(
      `${key} contains both \`accessToken\` and \`refreshToken\` for ${account}`,
      "Remove one of them",
    );
  const token = accessToken ?? refreshToken;
  if (token === undefined)
    throw new InvalidAccounts(`${key} contains no access token for ${account}`, accountsRemedy);
  if (token === "") {
    const kind = accessToken === undefined ? "refresh" : "access";
    throw new InvalidAccounts(
      `${key} contains an empty ${kind} token for ${account}`,
      "Set the token, or remove the account",
    );
  }
  const problem = tokenTextProblem(token);
  if (problem !== undefined)
    throw new InvalidAccounts(`${key} contains a token for ${account} that ${problem}`, exactTokenRemedy);
  if (accessToken === undefined) return { refreshToken: token };
  return expiresAt === undefined ? { accessToken } : { accessToken, expiresAt };
}

/** The app that an account's refresh token was issued to: its own one, the shared one, or the ID of one with the secret of the other. */
function appOf(
  properties: AccountProperties,
  sharedApp: ConfiguredApp,
  keys: KeyReader,
  account: string,
): Pick<RefreshCredentials, "appId" | "appSecret"> {
  const key = keys.called("accounts");
  const problem = appIdProblem(properties.appId);
  if (problem !== undefined)
    throw new InvalidAccounts(`${key} contains an \`appId\` for ${account} that ${problem}`, exactIdRemedy);
  const { appId = sharedApp.appId, appSecret = sharedApp.appSecret } = properties;
  if (appId !== undefined && appSecret !== undefined) return { appId, appSecret };
  throw new InvalidAccounts(
    `${key} contains a refresh token for ${account}, which needs the app that it was issued to`,
    `Set ${missingKeys({ appId, appSecret }, keys)}, or \`appId\` and \`appSecret\` next to the token`,
  );
}

/**
 * The reason why an app ID is invalid. Undefined if it is valid or missing. HTTP Basic authentication allows no colon in a user ID:
 * https://www.rfc-editor.org/rfc/rfc7617#section-2
 */
function appIdProblem(appId: string | undefined): string | undefined {
  // Printable ASCII without the colon, which is between "9" and ";".
  if (appId === undefined || /^[!-9;-~]+$/.test(appId)) return undefined;
  return "contains whitespace, a colon or another character that is not allowed in an app ID";
}

/** Reads the shared app, for refresh tokens without their own app. */
function readSharedApp(keys: KeyReader): ConfiguredApp {
  const appId = keys.value("appId");
  const problem = appIdProblem(appId);
  if (problem !== undefined) throw new CredentialsError(`${keys.called("appId")} ${problem}`, exactIdRemedy);
  return { appId, appSecret: keys.value("appSecret") };
}

/** The names of the keys that an incomplete app lacks. */
function missingKeys(app: ConfiguredApp, keys: KeyReader): string {
  const missing = (["appId", "appSecret"] as const).filter((key) => app[key] === undefined);
  return missing.map((key) => keys.called(key)).join(" and ");
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
  if (problem !== undefined) throw new CredentialsError(`${name} ${problem}`, exactTokenRemedy);
  const { appId, appSecret } = readSharedApp(keys);
  if (appId !== undefined && appSecret !== undefined) return { refreshToken, appId, appSecret };
  throw new CredentialsError(
    `${name} needs the app that it was issued to`,
    `Set ${missingKeys({ appId, appSecret }, keys)}`,
  );
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
