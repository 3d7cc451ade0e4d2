import { isJsonObject } from "../base/json";
import { nearestNames } from "../base/message-text";
import type { DeclaredIn } from "./vocabulary";

/** The configuration namespace, as in `pulumi config set pinterest:accessToken`. */
export const namespace = "pinterest";

/** A configuration key. In a stack's configuration and in the environment, its value is a string. */
export type ConfigurationRow = {
  /** Whether the value contains credentials in plaintext. */
  readonly secret?: true;
  /**
   * Whether the environment variable overrides the configuration, so that a user can change the value for one command. Without the program,
   * a refresh or destroy uses the configuration of the last update.
   */
  readonly environmentFirst?: true;
  /** Whether the strictest value applies, wherever it is set: the choices go from the least to the most strict. */
  readonly strictest?: true;
} & (
  | { readonly kind: "text" }
  | { readonly kind: "address"; readonly default: string }
  /** At most {@link maxSeconds}. */
  | { readonly kind: "seconds"; readonly default: number }
  | { readonly kind: "whole"; readonly least: number; readonly most: number; readonly default?: number }
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default: string }
  | { readonly kind: "flag"; readonly default: boolean }
  /** Credentials: a refresh token with its app, which are read together, the tokens of named accounts, or the account command. */
  | { readonly kind: "refreshCredentials" | "accounts" | "command" }
);

export const maxSeconds = 3600;

/**
 * All configuration keys. The code that reads, checks and documents the configuration uses this table: the comment of a row is the
 * documentation of the key and of the provider's argument, in every language. Tests compare its defaults and limits with those of the row.
 */
export const configurationKeys = {
  /**
   * Access token of the default account, with the scopes `ads:read` and `ads:write`. The app must be part of Pinterest's integrations beta.
   */
  accessToken: { kind: "text", secret: true },
  /**
   * Refresh token of the default account. Used if there is no access token. In the configuration, it overrides an access token of the
   * environment. Requires `appId` and `appSecret`.
   */
  refreshToken: { kind: "refreshCredentials", secret: true },
  /** ID of the app that the refresh tokens belong to. */
  appId: { kind: "refreshCredentials" },
  /** Secret of that app. */
  appSecret: { kind: "refreshCredentials", secret: true },
  /**
   * File that keeps renewed tokens between commands. Created with mode 0600, and refused if other users can read it. With
   * `pulumi config set`, add `--plaintext`, because Pulumi mistakes the path for a secret.
   *
   * @default none
   */
  tokenFile: { kind: "text" },
  /**
   * Tokens of named accounts, for the `account` argument: an access token as a string, or an object with a token. As text, it is a JSON
   * object: `{"north": "pina_…"}`.
   */
  accounts: { kind: "accounts", secret: true },
  /**
   * Command that prints tokens of named accounts that `accounts` does not contain: a program and its arguments (as text, a JSON array), or a
   * string that runs in a shell.
   */
  accountCommand: { kind: "command" },
  /**
   * Time limit for that command, in seconds, at most 3600.
   *
   * @default 60
   */
  accountCommandTimeout: { kind: "seconds", default: 60 },
  /**
   * Address of Pinterest's API. HTTPS is required, except for loopback addresses.
   *
   * @default `https://api.pinterest.com/v5`
   */
  apiUrl: { kind: "address", default: "https://api.pinterest.com/v5" },
  /**
   * Time limit for one attempt of a request, in seconds, at most 3600.
   *
   * @default 30
   */
  requestTimeout: { kind: "seconds", default: 30 },
  /**
   * Time limit for a request with all its attempts and waits, in seconds, at most 3600.
   *
   * @default 300
   */
  operationTimeout: { kind: "seconds", default: 300 },
  /**
   * Number of attempts of a request, from 1 to 100. 1 disables retries.
   *
   * @default 4
   */
  maxAttempts: { kind: "whole", least: 1, most: 100, default: 4 },
  /**
   * Requests per minute for each account, from 1 to 1,000,000, in addition to Pinterest's rate limits.
   *
   * @default only Pinterest's rate limits
   */
  requestsPerMinute: { kind: "whole", least: 1, most: 1_000_000 },
  /**
   * How long to retry stale reads after a write, in seconds, at most 3600.
   *
   * @default 10
   */
  consistencyTimeout: { kind: "seconds", default: 10 },
  /**
   * When to check for drift. `always`: in every preview and update. `refresh`: only if you ask for a refresh, for example with
   * `pulumi preview --refresh`.
   *
   * @default "always"
   */
  detectDrift: { kind: "choice", choices: ["always", "refresh"], default: "always", environmentFirst: true },
  /**
   * What to do if Pinterest rejects an account. `fail`: stop with an error. `keep`: keep the last known values and warn. `forget`: like
   * `keep`; a delete also removes the resource from state, and the integration stays at Pinterest.
   *
   * @default "fail"
   */
  whenUnreachable: {
    kind: "choice",
    choices: ["fail", "keep", "forget"],
    default: "fail",
    environmentFirst: true,
  },
  /**
   * What to do when Pulumi deletes an integration. `disconnect`: delete it at Pinterest. `retain`: remove it from state only. `refuse`: fail. The
   * strictest value of the configuration, the last update and the environment applies.
   *
   * @default "disconnect"
   */
  onDelete: {
    kind: "choice",
    choices: ["disconnect", "retain", "refuse"],
    default: "disconnect",
    strictest: true,
  },
  /**
   * Number of integrations that one `pulumi` command may delete, from 0 to 1,000,000.
   *
   * @default no limit
   */
  deleteLimit: { kind: "whole", least: 0, most: 1_000_000, environmentFirst: true },
  /**
   * Whether refreshes also compare partner tokens and e-mail.
   *
   * @default false
   */
  compareSecrets: { kind: "flag", default: false },
  /**
   * Whether to report writes and failed reads to Pinterest's integration log.
   *
   * @default false
   */
  reportLogs: { kind: "flag", default: false },
} as const satisfies Readonly<Record<string, ConfigurationRow>>;

export type ConfigurationKeys = typeof configurationKeys;

export type ConfigurationKey = keyof ConfigurationKeys;

/** Returns the value of a key, if it is set. */
export type Lookup = (key: ConfigurationKey) => string | undefined;

/** The type of a value that is read without other keys. */
export type ValueOf<Row> = Row extends { kind: "choice"; choices: readonly (infer Choice)[] }
  ? Choice
  : Row extends { kind: "seconds" | "whole" }
    ? number
    : Row extends { kind: "flag" }
      ? boolean
      : string;

export const configurationKeyNames = Object.keys(configurationKeys) as ConfigurationKey[];

/** The row of a key. */
export function rowOf(key: ConfigurationKey): ConfigurationRow {
  return configurationKeys[key];
}

/** Whether a name without its namespace is a key. */
export function isConfigurationKey(name: string): name is ConfigurationKey {
  return Object.hasOwn(configurationKeys, name);
}

/** A key with its namespace: `pinterest:accessToken`. */
export function fullKey(key: ConfigurationKey): string {
  return `${namespace}:${key}`;
}

/** A key without its namespace. Properties of an explicit dynamic provider have the namespace, those of the plugin do not. */
export function withoutNamespace(name: string): string {
  return name.startsWith(`${namespace}:`) ? name.slice(namespace.length + 1) : name;
}

/** The environment variable of a key: `PINTEREST_ACCESS_TOKEN`. */
export function environmentVariable(key: ConfigurationKey): string {
  return `${namespace}_${key.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();
}

/** A key and its variable, for a message. For a merchant list only the variable, because the stacks of a fleet have no configuration. */
export function called(key: ConfigurationKey, declaredIn: DeclaredIn): string {
  const variable = environmentVariable(key);
  return declaredIn === "merchant list" ? variable : `\`${fullKey(key)}\` (${variable})`;
}

/** A name in the namespace that is not a key. */
interface UnreadKey {
  /** Without the namespace. */
  readonly name: string;
  /** The key that is probably meant. Undefined if no key is similar. */
  readonly meant: ConfigurationKey | undefined;
}

/**
 * The names in a stack's configuration that nothing reads.
 *
 * @param project the project's name. A project with the name of the namespace has keys of its own there, so only misspellings are returned.
 */
export function unreadKeysOfStack(fullKeys: readonly string[], project: string | undefined): UnreadKey[] {
  const unread = fullKeys
    .filter((key) => key.startsWith(`${namespace}:`))
    .map(withoutNamespace)
    .filter((name) => !isConfigurationKey(name))
    .map((name) => ({
      name,
      meant: nearestNames(name, configurationKeyNames)[0] as ConfigurationKey | undefined,
    }));
  return project === namespace ? unread.filter(({ meant }) => meant !== undefined) : unread;
}

/** The keys that hold credentials, or lead to them. */
export const credentialKeys = [
  "accessToken",
  "refreshToken",
  "tokenFile",
  "accounts",
  "accountCommand",
] as const;

/** The keys with tokens. */
export const tokenKeys = ["accessToken", "refreshToken", "accounts"] as const;

/**
 * The problem with an argument of an explicit provider that is present without a value. The provider would use the credentials of the stack or of
 * the environment, and write to another merchant's account. Undefined if there is none.
 *
 * @param value the argument. An entry of `accounts` can be an output.
 */
export function problemWithCredential(key: ConfigurationKey, value: unknown): string | undefined {
  if (!rowOf(key).secret && key !== "accountCommand") return undefined;
  const entries = key === "accounts" && isJsonObject(value) ? Object.entries(value) : [];
  const candidates = [
    [key, value] as const,
    ...entries.map(([account, of]) => [`${key}.${account}`, of] as const),
  ];
  const missing = candidates.find(([, each]) => each === undefined || each === null || each === "");
  if (missing === undefined) return undefined;
  const [name, empty] = missing;
  return `\`${name}\` is ${empty === "" ? "an empty string" : empty}, so the provider would use other credentials`;
}

/**
 * Credentials under the project's namespace, where `pulumi config set accessToken` puts them. None if the provider has credentials:
 * then the project's keys are probably its own.
 */
export function misplacedKeys(
  fullKeys: readonly string[],
  project: string | undefined,
  environment: NodeJS.ProcessEnv,
): ConfigurationKey[] {
  const isConfigured = credentialKeys.some(
    (key) => fullKeys.includes(fullKey(key)) || environment[environmentVariable(key)],
  );
  return isConfigured ? [] : credentialKeys.filter((key) => fullKeys.includes(`${project}:${key}`));
}

/** The problem with a misplaced key, and the commands that fix it. */
export function explainMisplaced(
  key: ConfigurationKey,
  project: string,
  onStack = "",
): { problem: string; remedy: string } {
  const secret = rowOf(key).secret ? "--secret " : "";
  return {
    problem: `\`${project}:${key}\` is set; did you mean \`${fullKey(key)}\`?`,
    remedy: `Run \`pulumi config set ${secret}${fullKey(key)}${onStack}\` and \`pulumi config rm ${project}:${key}${onStack}\``,
  };
}
