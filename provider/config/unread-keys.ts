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

/** A name that is no key of the configuration, so that nothing reads it. */
export interface UnreadKey {
  /** Without the namespace. */
  readonly name: string;
  /** The key that is probably meant; undefined where none is near. */
  readonly meant: ConfigurationKey | undefined;
}

/**
 * Those of a stack's configuration, given by full keys, that nothing reads.
 *
 * @param project the project's name: one that is called like the namespace has keys of its own there, of which those are told that
 *   look like a misspelling.
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

/** What to say about a misplaced key: the problem, and the commands that fix it. */
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
