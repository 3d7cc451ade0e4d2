export { Clients, tokenOf } from "./clients";
export { type Configuration, called, defaultApiUrl, type Lookup, readConfiguration } from "./configuration";
export {
  type ConfigurationKey,
  configurationKeyNames,
  configurationKeys,
  environmentVariable,
  fullKey,
  namespace,
} from "./keys";
