export { Clients } from "./clients";
export { called, type Configuration, defaultApiUrl, type Lookup, readConfiguration } from "./configuration";
export { type ConfigurationKey, configurationKeyNames, configurationKeys, environmentVariable, fullKey, namespace } from "./keys";
