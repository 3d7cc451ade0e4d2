import {
  type Command,
  CredentialsError,
  looksLikeToken,
  type RefreshCredentials,
  remedyForWrongToken,
  type TokenOrigin,
  UnconfiguredAccount,
} from "../api";
import { accountInWords, nearestNames, shownText } from "../base/message-text";
import type { AccountTokens } from "./accounts";
import type { Host } from "./host";
import { called, environmentVariable, fullKey, type tokenKeys } from "./keys";
import type { DeclaredIn } from "./vocabulary";

/** The tokens in the configuration, and the account command. */
export interface ConfiguredTokens {
  readonly accessToken: string | undefined;
  /** Refresh token of the default account, which uses its access token instead if there is one. */
  readonly refresh: RefreshCredentials | undefined;
  /** Tokens of named accounts. */
  readonly accounts: ReadonlyMap<string, AccountTokens>;
  /** Command that prints tokens of named accounts that `accounts` does not contain. */
  readonly accountCommand: Command | undefined;
  /** The origin of the tokens in each key. Undefined for a key that is not set. */
  readonly tokensFrom: Readonly<Record<(typeof tokenKeys)[number], TokenOrigin | undefined>>;
  /** Determines how messages name the keys and the declarations. */
  readonly host: Pick<Host, "declaredIn">;
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
const maxNamedAccounts = 5;

function unknownAccount(account: string, known: readonly string[], declaredIn: DeclaredIn): CredentialsError {
  const summary = `no access token for ${accountInWords(account)}`;
  const accountsKey = called("accounts", declaredIn);
  const orCommand = `or set ${called("accountCommand", declaredIn)} to a command that prints its token`;
  if (known.length === 0) {
    // Not an UnconfiguredAccount, which `whenUnreachable` can permit: if there are no named accounts at all, the keys are probably not set on this
    // machine, or were set after the last update, whose configuration some commands use.
    return new CredentialsError(summary, `Add the account to ${accountsKey}, ${orCommand}`);
  }
  const names = known.slice(0, maxNamedAccounts).map((name) => `'${shownText(name)}'`);
  const more = known.length > maxNamedAccounts ? `, and ${known.length - maxNamedAccounts} more` : "";
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
  const setting = settingOf(key, tokensFrom[key], provider);
  const forAccount = account === undefined ? "" : ` for ${accountInWords(account)}`;
  return remedyForWrongToken(`${forAccount} in ${setting}`);
}

/** The name of a key with tokens, as the user set it: `pinterest:accessToken`, `PINTEREST_ACCESS_TOKEN`, or the argument of a provider. */
function settingOf(
  key: "accessToken" | "accounts",
  origin: TokenOrigin | undefined,
  provider: string | undefined,
): string {
  if (origin === "environment") return environmentVariable(key);
  if (provider === undefined) return `\`${fullKey(key)}\``;
  return `\`${key}\` of ${accountInWords(undefined, provider)}`;
}
