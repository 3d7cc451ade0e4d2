export { type AccountSource, sourceOf } from "./account-source";
export { InvalidAccounts } from "./accounts";
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
  environmentFirst,
  environmentVariable,
  fullKey,
  isConfigurationKey,
  namespace,
  rowOf,
  withoutNamespace,
} from "./keys";
export {
  credentialKeys,
  explainMisplaced,
  misplacedKeys,
  unreadKeysOfStack,
} from "./unread-keys";
