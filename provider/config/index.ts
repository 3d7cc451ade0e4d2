export {
  type AccountSource,
  commandFor,
  configuredAccounts,
  InvalidAccounts,
  sourceOf,
} from "./accounts";
export { type AccountInventory, Clients, takeInventory } from "./clients";
export {
  type Configuration,
  type ConfiguredValue,
  configuredValue,
  type Lookup,
  lookupIn,
  readConfiguration,
} from "./configuration";
export { knownExpiry, TokenWarnings } from "./expiries";
export {
  type ConfigurationKey,
  type ConfigurationKeys,
  called,
  configurationKeyNames,
  credentialKeys,
  environmentVariable,
  explainMisplaced,
  fullKey,
  isConfigurationKey,
  misplacedKeys,
  namespace,
  rowOf,
  unreadKeysOfStack,
  type ValueOf,
  withoutNamespace,
} from "./keys";
