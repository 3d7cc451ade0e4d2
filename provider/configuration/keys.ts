/** The configuration namespace, as in `pulumi config set pinterest:accessToken`. */
export const namespace = "pinterest";

/** Every configuration key, and whether its value is a secret. */
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
 * The keys of which the environment variable wins over the configuration: they can be changed for a single run, and that of a
 * refresh, a destroy, or a program that declares nothing has the configuration that state remembers.
 */
export const environmentFirst: ReadonlySet<string> = new Set([
  "detectDrift",
  "whenUnreachable",
  "deleteLimit",
]);

export type ConfigurationKey = keyof typeof configurationKeys;

export const configurationKeyNames = Object.keys(configurationKeys) as ConfigurationKey[];

/** Whether a name, without its namespace, is that of a key. */
export function isConfigurationKey(name: string): name is ConfigurationKey {
  return Object.hasOwn(configurationKeys, name);
}

/** A key as Pulumi writes it: `pinterest:accessToken`. */
export function fullKey(key: ConfigurationKey): string {
  return `${namespace}:${key}`;
}

/** A key without its namespace, which a provider of the dynamic front end has before its properties, and one of the plugin has not. */
export function withoutNamespace(name: string): string {
  return name.startsWith(`${namespace}:`) ? name.slice(namespace.length + 1) : name;
}

/** The environment variable that stands in for a key: `PINTEREST_ACCESS_TOKEN`. */
export function environmentVariable(key: ConfigurationKey): string {
  return `${namespace}_${key.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();
}
