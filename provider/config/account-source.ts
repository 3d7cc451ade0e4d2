import { createHmac } from "node:crypto";
import { CredentialsError, looksLikeToken, UnconfiguredAccount } from "../api/credentials";
import type { Command } from "../api/credentials/account-command";
import { accountInWords, nearestName, shownText } from "../api/message-text";
import type { AccountTokens } from "./accounts";
import type { Configuration } from "./configuration";
import { called } from "./keys";

type ConfiguredTokens = Pick<Configuration, "accessToken" | "refresh" | "accounts">;

/** Source of an account's tokens: the configuration, or the account command. */
export type AccountSource = AccountTokens | { readonly command: Command; readonly account: string };

/**
 * Finds the source of the tokens of a named account, or of the default account (undefined). The account command serves names that
 * `accounts` does not contain. Runs and reads nothing.
 *
 * @throws CredentialsError if there is none: an UnconfiguredAccount if other named accounts are configured.
 */
export function sourceOf(configuration: Configuration, account: string | undefined): AccountSource {
  const { accessToken, refresh, accounts } = configuration;
  if (account === undefined) {
    const source = accessToken === undefined ? refresh : { accessToken };
    if (source !== undefined) return source;
    throw new CredentialsError(
      "no access token",
      `Set ${called("accessToken")} with \`pulumi config set --secret pinterest:accessToken\`, or ${called("refreshToken")} with ` +
        "`pinterest:appId` and `pinterest:appSecret`, or set the `account` of the resource",
    );
  }
  if (looksLikeToken(account)) {
    throw new CredentialsError(
      "an `account` is a token, but must be the name of an account",
      `Put the token into ${called("accounts")} under a name, and use the name`,
    );
  }
  const command = commandFor(configuration, account);
  const source = accounts.get(account) ?? (command && { command, account });
  if (source === undefined) throw unknownAccount(account, [...accounts.keys()]);
  return source;
}

/** The account command, if it serves this account. */
export function commandFor(
  { accounts, accountCommand }: Pick<Configuration, "accounts" | "accountCommand">,
  account: string,
): Command | undefined {
  return accounts.has(account) || looksLikeToken(account) ? undefined : accountCommand;
}

/** Limit for the names that a message contains. */
const namedAccounts = 20;

function unknownAccount(account: string, known: readonly string[]): CredentialsError {
  const names = known.slice(0, namedAccounts).map((name) => `'${shownText(name)}'`);
  const more = known.length > namedAccounts ? `, and ${known.length - namedAccounts} more` : "";
  const found = known.length === 0 ? "is not set" : `contains ${names.join(", ")}${more}`;
  const summary = `no access token for ${accountInWords(account)}: ${called("accounts")} ${found}`;
  const similar = similarName(account, known);
  const hint = similar === undefined ? "" : `Did you mean '${shownText(similar)}'? `;
  const remedy = `${hint}Add the account there, or set ${called("accountCommand")} to a command that prints its token`;
  // Without any account, the configuration is missing, and not just this account.
  return known.length === 0
    ? new CredentialsError(summary, remedy)
    : new UnconfiguredAccount(summary, remedy);
}

function similarName(account: string, known: readonly string[]): string | undefined {
  const nearest = nearestName(account, known, Math.max(2, account.length / 4));
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

/** Shows whether two processes have the same credentials, without revealing them. */
export interface Fingerprint {
  /** Random for each run. */
  readonly salt: string;
  readonly defaultAccount: string;
  /** Of all named accounts. */
  readonly accounts: string;
}

/** The fingerprint of the configured credentials: an HMAC, which is safe because tokens are long and random. */
export function fingerprintOf(
  { accessToken, refresh, accounts }: ConfiguredTokens,
  salt: string,
): Fingerprint {
  const hash = (value: unknown) => createHmac("sha256", salt).update(JSON.stringify(value)).digest("base64");
  return {
    salt,
    defaultAccount: hash([accessToken ?? null, refresh ?? null]),
    accounts: hash([...accounts]),
  };
}
