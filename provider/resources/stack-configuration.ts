import * as pulumi from "@pulumi/pulumi";
import {
  type ConfigurationKey,
  configurationKeyNames,
  configurationKeys,
  fullKey,
  namespace,
  withoutNamespace,
} from "../configuration/keys";

/** A key's value in the stack's configuration; nothing where it is not set. */
export function stackConfiguration(key: ConfigurationKey): string | undefined {
  // Not `pulumi.Config.get`, which warns about every secret that is read.
  return pulumi.runtime.getConfig(fullKey(key));
}

/** A key that nothing reads, and which one is probably meant. */
export interface UnreadKey {
  readonly name: string;
  readonly meant: ConfigurationKey | undefined;
}

/** What stands in this package's part of the stack's configuration and is none of its keys. */
export function unreadKeys(): UnreadKey[] {
  const names = Object.keys(pulumi.runtime.allConfig()).filter((name) => name.startsWith(`${namespace}:`));
  const unread = names.filter((name) => !Object.hasOwn(configurationKeys, withoutNamespace(name)));
  if (unread.length === 0) return [];
  // Who makes no mistake does not wait for it to load.
  const { similar } = require("../configuration/similar") as typeof import("../configuration/similar");
  const found = unread.map((name) => ({
    name,
    meant: similar(withoutNamespace(name), configurationKeyNames) as ConfigurationKey | undefined,
  }));
  // A project of the same name has keys of its own there.
  return pulumi.getProject() === namespace ? found.filter(({ meant }) => meant !== undefined) : found;
}

/** The secret keys whose value stands in the stack's configuration as plain text. */
export function keysInPlainText(): ConfigurationKey[] {
  // Exported by the SDK's runtime, but missing in its types.
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret?: (key: string) => boolean };
  return configurationKeyNames.filter(
    (key) =>
      configurationKeys[key].secret &&
      stackConfiguration(key) !== undefined &&
      isConfigSecret !== undefined &&
      !isConfigSecret(fullKey(key)),
  );
}
