export { type AccountSource, sourceOf } from "./account-source";
export { type AccountInventory, Clients, type RequestListeners, takeInventory } from "./clients";
export {
  type Configuration,
  type ConfiguredValue,
  configuredValue,
  type Lookup,
  lookupIn,
  readConfiguration,
} from "./configuration";
export { KnownExpiries, type KnownExpiry } from "./expiries";
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
export {
  credentialKeys,
  explainMisplaced,
  misplacedKeys,
  type UnreadKey,
  unreadKeysOfStack,
} from "./unread-keys";
export { called } from "./values";
