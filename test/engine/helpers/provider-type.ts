/** How a program uses the provider. `test/engine/both` and `test/story` run once for each type. */
export type ProviderType = "dynamic" | "plugin";

/** The provider type of the running tests, from the Jest project. */
export const providerType: ProviderType =
  (globalThis as { providerType?: ProviderType }).providerType ?? "dynamic";

/** The differences between the provider types. */
export interface ProviderTypeDetails {
  /** The package that a program imports. */
  readonly packageImport: string;
  readonly integrationType: string;
  readonly logType: string;
  /** A resource's properties in state in addition to the provider's own outputs. */
  readonly stateOfOutputs: Readonly<Record<string, string>>;
  /** The name of a configuration key among a provider's properties. */
  readonly propertyNameOf: (key: string) => string;
  /** Lines of Pulumi.yaml. */
  readonly project: string;
  /** A part of the command line of a provider process. */
  readonly process: string;
}

export const providerTypes: Readonly<Record<ProviderType, ProviderTypeDetails>> = {
  dynamic: {
    packageImport: "pulumi-pinterest",
    integrationType: "pulumi-nodejs:dynamic/pinterest:CommerceIntegration",
    logType: "pulumi-nodejs:dynamic/pinterest:IntegrationLog",
    stateOfOutputs: { __provider: 'exports.handler=()=>require("pulumi-pinterest/dynamic").provider' },
    propertyNameOf: (key) => `pinterest:${key}`,
    project: "",
    process: "dynamic-provider",
  },
  plugin: {
    packageImport: "pulumi-pinterest/native",
    integrationType: "pinterest:index:CommerceIntegration",
    logType: "pinterest:index:IntegrationLog",
    stateOfOutputs: {},
    propertyNameOf: (key) => key,
    project: "plugins: { providers: [{ name: pinterest, path: node_modules/.bin }] }\n",
    process: "pulumi-resource-pinterest",
  },
};

/** The details of the running tests' provider type. */
export const {
  integrationType,
  logType,
  stateOfOutputs,
  propertyNameOf,
  process: processName,
} = providerTypes[providerType];
