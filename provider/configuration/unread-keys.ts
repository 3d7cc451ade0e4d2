import { nearestName } from "../unknown-name";
import {
  type ConfigurationKey,
  configurationKeyNames,
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
