export {
  type AccountSource,
  commandFor,
  configuredAccounts,
  type Fingerprint,
  fingerprintOf,
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
export { KnownExpiries } from "./expiries";
export {
  type ConfigurationKey,
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
  withoutNamespace,
} from "./keys";
