import { nearestName } from "../api/message-text";
import {
  type ConfigurationKey,
  configurationKeyNames,
  configurationKeys,
  environmentVariable,
  fullKey,
  isConfigurationKey,
  namespace,
  withoutNamespace,
} from "./keys";

/** A name in the namespace that is not a key. */
export interface UnreadKey {
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
      meant: nearestName(name, configurationKeyNames) as ConfigurationKey | undefined,
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
  if (isConfigured || project === namespace) return [];
  return credentialKeys.filter((key) => fullKeys.includes(`${project}:${key}`));
}

/** The problem with a misplaced key, and the commands that fix it. */
export function explainMisplaced(
  key: ConfigurationKey,
  project: string,
  onStack = "",
): { problem: string; remedy: string } {
  const secret = configurationKeys[key].secret ? "--secret " : "";
  return {
    problem: `\`${project}:${key}\` is set; did you mean \`${fullKey(key)}\`?`,
    remedy: `Run \`pulumi config set ${secret}${fullKey(key)}${onStack}\` and \`pulumi config rm ${project}:${key}${onStack}\``,
  };
}
