export { type AccountSource, sourceOf } from "./account-source";
export type { AccessGrant, AccountGrant } from "./account-tokens";
export { Clients, type RequestListeners } from "./clients";
export {
  type Configuration,
  type ConfiguredValue,
  configuredValue,
  type Lookup,
  readConfiguration,
} from "./configuration";
export { type AccountInventory, takeInventory } from "./inventory";
export {
  type ConfigurationKey,
  configurationKeyNames,
  configurationKeys,
  environmentFirst,
  environmentVariable,
  fullKey,
  isConfigurationKey,
  namespace,
  withoutNamespace,
} from "./keys";
export { KnownExpiries, type KnownExpiry } from "./known-expiries";
export {
  credentialKeys,
  explainMisplaced,
  misplacedKeys,
  type UnreadKey,
  unreadKeysOfStack,
} from "./unread-keys";
export { called } from "./values";
