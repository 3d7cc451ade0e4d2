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
import { lazySchema } from "../base/schema";
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

/** The app that refresh tokens were issued to. */
interface App {
  readonly appId: string | undefined;
  readonly appSecret: string | undefined;
}

/** An invalid value of the key `accounts`. */
export class InvalidAccounts extends CredentialsError {
  override readonly name = "InvalidAccounts";

  constructor(keys: KeyReader, problem: string, remedy?: string) {
    super(`${keys.called("accounts")} ${problem}`, remedy);
  }
}

const accountsRemedy =
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
    throw new InvalidAccounts(keys, `is not valid JSON${placeOfJsonError(text)}`, accountsRemedy);
  }
  if (!isJsonObject(values)) throw new InvalidAccounts(keys, "is not a JSON object", accountsRemedy);
  const sharedApp = parseSharedApp(keys);
  return new Map(
    Object.entries(values).map(([name, value]) => {
      if (looksLikeToken(name)) {
        throw new InvalidAccounts(keys, "contains a token in place of an account name", accountsRemedy);
      }
      return [name, parseAccount(name, value, sharedApp, keys)];
    }),
  );
}

/** The properties of an account. */
const accountSchema = lazySchema((z) =>
  z.strictObject({
    accessToken: z.string().nullish(),
    expiresAt: expirySchema().nullish(),
    refreshToken: z.string().nullish(),
    // App IDs are often written as numbers.
    appId: z.string().min(1).or(z.number().transform(String)).optional(),
    appSecret: z.string().min(1).optional(),
  }),
);

const exactTokenRemedy = "Set the token exactly as Pinterest issued it";

/**
 * Parses a token, or an object with one:
 *
 *     "pina_…"                                             → { accessToken: "pina_…" }
 *     {"accessToken": "pina_…", "expiresAt": "2027-01-31"} → { accessToken: "pina_…", expiresAt: 1801353600000 }
 *     {"refreshToken": "pinr_…"}                           → { refreshToken: "pinr_…", appId: "1", appSecret: "…" }
 *
 * @param sharedApp the app of a refresh token without an app of its own.
 */
function parseAccount(name: string, value: unknown, sharedApp: App, keys: KeyReader): AccountTokens {
  const account = `'${shownText(name)}'`;
  const invalid = (problem: string, remedy: string) => new InvalidAccounts(keys, problem, remedy);
  const missing = () => invalid(`contains no access token for ${account}`, accountsRemedy);

  const properties = typeof value === "string" ? { accessToken: value } : value;
  if (!isJsonObject(properties)) throw missing();
  const schema = accountSchema();
  const { data, error } = schema.safeParse(properties);
  // The messages contain no value and no unknown name, because both can be a token.
  if (error?.issues.some(({ code }) => code === "unrecognized_keys")) {
    const allowed = Object.keys(schema.shape).join(", ");
    throw invalid(`contains unknown properties for ${account}`, `Use ${allowed}`);
  }
  if (error !== undefined) {
    const property = error.issues[0]?.path[0];
    const remedy = property === "expiresAt" ? `Set it to ${expiryForms}` : accountsRemedy;
    throw invalid(`contains an invalid \`${String(property)}\` for ${account}`, remedy);
  }

  const { accessToken, refreshToken, expiresAt } = data;
  const token = accessToken ?? refreshToken;
  if (!isSet(token)) throw missing();
  if (isSet(accessToken) && isSet(refreshToken)) {
    throw invalid(`contains both \`accessToken\` and \`refreshToken\` for ${account}`, "Remove one of them");
  }
  if (token === "") {
    const kind = isSet(refreshToken) ? "refresh" : "access";
    throw invalid(`contains an empty ${kind} token for ${account}`, "Set the token, or remove the account");
  }
  const problem = tokenTextProblem(token);
  if (problem !== undefined)
    throw invalid(`contains a token for ${account} that ${problem}`, exactTokenRemedy);
  // An access token needs no app, and a refresh token no expiry: these properties are ignored.
  if (!isSet(refreshToken)) {
    return isSet(expiresAt) ? { accessToken: token, expiresAt } : { accessToken: token };
  }

  const idProblem = appIdProblem(data.appId);
  if (idProblem !== undefined)
    throw invalid(`contains an \`appId\` for ${account} that ${idProblem}`, exactIdRemedy);
  const { appId = sharedApp.appId, appSecret = sharedApp.appSecret } = data;
  if (appId !== undefined && appSecret !== undefined) return { refreshToken, appId, appSecret };
  throw invalid(
    `contains a refresh token for ${account}, which needs the app that it was issued to`,
    `Set ${missingKeys({ appId, appSecret }, keys)}, or \`appId\` and \`appSecret\` next to the token`,
  );
}

/** Whether a property has a value, also an empty string. null is none. */
function isSet<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

const exactIdRemedy = "Set the ID that Pinterest shows for the app at https://developers.pinterest.com/apps/";

/** HTTP Basic authentication allows no colon in a user ID: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
function appIdProblem(appId: string | undefined): string | undefined {
  // Printable ASCII without the colon, which is between "9" and ";".
  if (appId === undefined || /^[!-9;-~]+$/.test(appId)) return undefined;
  return "contains whitespace, a colon or another character that is not allowed in an app ID";
}

/** Parses the app of all refresh tokens that have no app of their own. */
function parseSharedApp(keys: KeyReader): App {
  const appId = keys.value("appId");
  const problem = appIdProblem(appId);
  if (problem !== undefined) throw new CredentialsError(`${keys.called("appId")} ${problem}`, exactIdRemedy);
  return { appId, appSecret: keys.value("appSecret") };
}

/** The names of the keys that an incomplete app lacks. */
function missingKeys(app: App, keys: KeyReader): string {
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
  const { appId, appSecret } = parseSharedApp(keys);
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
