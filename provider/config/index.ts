export { type AccountSource, sourceOf } from "./account-source";
export { type AccountInventory, Clients, takeInventory } from "./clients";
export {
  type Configuration,
  type ConfiguredValue,
  configuredValue,
  type Lookup,
  lookupIn,
  readConfiguration,
} from "./configuration";
export { KnownExpiries } from "./expiries";
export {
  type ConfigurationKey,
  called,
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
  unreadKeysOfStack,
} from "./unread-keys";
