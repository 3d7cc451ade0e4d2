/** The configuration namespace, as in `pulumi config set pinterest:accessToken`. */
export const namespace = "pinterest";

/**
 * All configuration keys, and whether their values are secrets. Their meanings and defaults are the comments of `ProviderArgs`, from which
 * the plugin's schema and the reference are generated.
 */
export const configurationKeys = {
  accessToken: { secret: true },
  refreshToken: { secret: true },
  appId: { secret: false },
  appSecret: { secret: true },
  tokenFile: { secret: false },
  accounts: { secret: true },
  accountCommand: { secret: false },
  accountCommandTimeout: { secret: false },
  apiUrl: { secret: false },
  requestTimeout: { secret: false },
  operationTimeout: { secret: false },
  maxAttempts: { secret: false },
  requestsPerMinute: { secret: false },
  consistencyTimeout: { secret: false },
  detectDrift: { secret: false },
  whenUnreachable: { secret: false },
  deleteLimit: { secret: false },
  compareSecrets: { secret: false },
  reportLogs: { secret: false },
} as const;

/**
 * Keys whose environment variable wins over the configuration, so that a user can change them for one command. Without the program, a
 * refresh or destroy uses the configuration of the last update.
 */
export const environmentFirst: ReadonlySet<string> = new Set([
  "detectDrift",
  "whenUnreachable",
  "deleteLimit",
]);

export type ConfigurationKey = keyof typeof configurationKeys;

export const configurationKeyNames = Object.keys(configurationKeys) as ConfigurationKey[];

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
