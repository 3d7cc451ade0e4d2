import { looksLikeToken, UnconfiguredAccount } from "../pinterest/credentials";
import { accountInWords } from "../pinterest/credentials/notices";
import type { Command } from "../pinterest/credentials/run-command";
import { shownText } from "../pinterest/shown";
import { nearestName } from "../unknown-name";
import type { AccountGrant } from "./account-tokens";
import type { Configuration } from "./configuration";
import { called } from "./values";

/** Where an account's tokens come from: what is configured for it, or the command. */
export type AccountSource = AccountGrant | { readonly command: Command; readonly account: string };

/**
 * Where the tokens of a named account, or of the default account, come from. A name that `accounts` lacks is the command's, if
 * there is one; nothing is run or read here.
 *
 * @throws Error that says what can be set: an UnconfiguredAccount for a name that is missing among others.
 */
export function sourceOf(configuration: Configuration, account: string | undefined): AccountSource {
  const { accessToken, refresh, accounts } = configuration;
  if (account === undefined) {
    const grant = accessToken === undefined ? refresh : { accessToken };
    if (grant === undefined) {
      throw new Error(withoutDefault);
    }
    return grant;
  }
  if (looksLikeToken(account)) {
    throw new Error(
      "a token stands where the name of an account belongs (the `account` of a resource or a function): put the token into " +
        `${called("accounts")} under a name, and give the name`,
    );
  }
  const command = commandFor(configuration, account);
  const source = accounts.get(account) ?? (command && { command, account });
  if (source === undefined) {
    const message = withoutNamed(account, [...accounts.keys()]);
    // Where there are no accounts at all the configuration is missing, not an account that has left it.
    throw accounts.size === 0 ? new Error(message) : new UnconfiguredAccount(message);
  }
  return source;
}

/** The command that is asked for a named account's token; none where there is no command, or something else gives the token. */
export function commandFor(
  { accounts, accountCommand }: Pick<Configuration, "accounts" | "accountCommand">,
  account: string,
): Command | undefined {
  return accounts.has(account) || looksLikeToken(account) ? undefined : accountCommand;
}

const withoutDefault =
  `no access token: set ${called("accessToken")} with \`pulumi config set --secret pinterest:accessToken\`, or ` +
  `${called("refreshToken")} with \`pinterest:appId\` and \`pinterest:appSecret\`; or give the resource the \`account\` that it belongs to`;

const shownNames = 20;

function withoutNamed(account: string, known: readonly string[]): string {
  const quoted = known.slice(0, shownNames).map((name) => `'${shownText(name)}'`);
  const more = known.length > shownNames ? `, and ${known.length - shownNames} more` : "";
  return [
    `no access token for ${accountInWords(account)}: ${called("accounts")} `,
    known.length === 0 ? "is not set" : `holds ${quoted.join(", ")}${more}`,
    `.${similarName(account, known)} Add the account there, or set ${called("accountCommand")} to a command that prints its token`,
  ].join("");
}

function similarName(account: string, known: readonly string[]): string {
  const nearest = nearestName(account, known, Math.max(2, account.length / 4));
  const withoutDigits = (name: string) => name.replace(/\d+/g, "");
  // shop-2 is no misspelling of shop-4.
  const isMeant = nearest !== undefined && withoutDigits(nearest) !== withoutDigits(account);
  return isMeant ? ` Did you mean '${shownText(nearest)}'?` : "";
}
