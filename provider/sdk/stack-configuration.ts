import * as pulumi from "@pulumi/pulumi";
import { type ConfigurationKey, configurationKeyNames, configurationKeys, fullKey } from "../config/keys";
import { misplacedKeys, type UnreadKey, unreadKeysOfStack } from "../config/unread-keys";

/** A key's value in the stack's configuration; nothing where it is not set. */
export function stackConfiguration(key: ConfigurationKey): string | undefined {
  // Not `pulumi.Config.get`, which warns about every secret that is read.
  return pulumi.runtime.getConfig(fullKey(key));
}

/** What stands in this package's part of the stack's configuration and is none of its keys. */
export function keysNotRead(): UnreadKey[] {
  return unreadKeysOfStack(Object.keys(pulumi.runtime.allConfig()), pulumi.getProject());
}

/** Credentials that the stack has under the project's namespace by mistake. */
export function keysMisplaced(): ConfigurationKey[] {
  return misplacedKeys(Object.keys(pulumi.runtime.allConfig()), pulumi.getProject(), process.env);
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
