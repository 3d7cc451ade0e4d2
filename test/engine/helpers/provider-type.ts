/** The ways in which a program comes to the provider; the engine tests of what both do run once for each. */
export type ProviderType = "dynamic" | "plugin";

/** The provider type of the tests that run now, as the Jest project says it. */
export const providerType: ProviderType =
  (globalThis as { providerType?: ProviderType }).providerType ?? "dynamic";

/** What is particular to a provider type. */
export interface ProviderTypeDetails {
  /** What a program imports. */
  readonly packageImport: string;
  readonly integrationType: string;
  readonly logType: string;
  /** What state has of a resource beside the provider's own outputs. */
  readonly stateOfOutputs: Readonly<Record<string, string>>;
  /** What a configuration key is called among a provider's properties. */
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

/** What is particular to the provider type of the tests that run now. */
export const {
  integrationType,
  logType,
  stateOfOutputs,
  propertyNameOf,
  process: processName,
} = providerTypes[providerType];
