// Names and addresses that contain the address of the repository. `repository` in package.json is the only place that has it.

/** The properties of package.json that the schema uses. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly license: string;
  readonly repository?: string | { readonly url: string };
}

/** Package names that contain the owner's name. */
export interface PackageNames {
  /** The import path of the Go package. Its module is the directory above. */
  readonly goImportPath: string;
  /** The owner as an identifier of C#: `ExampleOrg` for `example-org`. */
  readonly csharpNamespace: string;
  readonly javaPackage: string;
  readonly mavenGroup: string;
}

/** The address of the repository at GitHub, and what follows from it. */
export interface Address extends PackageNames {
  readonly owner: string;
  readonly homepage: string;
  /** The documentation site, which GitHub Pages serves. */
  readonly documentation: string;
  /** Where the engine downloads the plugin. It replaces this address by the releases of the repository. */
  readonly pluginDownloadUrl: string;
  readonly logoUrl: string;
}

/** The directory of the generated Go package in the repository. */
const goDirectory = "sdk/go/pinterest";

/** The names before the first release, and in the files of the examples. The domain is reserved for examples (RFC 2606). */
export const exampleNames: PackageNames = {
  goImportPath: `example.com/pulumi-pinterest/${goDirectory}`,
  csharpNamespace: "Example",
  javaPackage: "com.example",
  mavenGroup: "com.example",
};

/**
 * @returns undefined if package.json has no `repository`, as before the first release
 * @throws Error if the repository is not at GitHub, where the engine downloads plugins
 */
export function addressOf({ repository, version }: Manifest): Address | undefined {
  if (repository === undefined) return undefined;
  const url = typeof repository === "string" ? repository : repository.url;
  const [, owner, name] = /(?:^|github:|github\.com[/:])([\w-]+)\/([\w.-]+?)(?:\.git)?$/.exec(url) ?? [];
  if (owner === undefined || name === undefined)
    throw new Error(`\`repository\` in package.json must be an address at GitHub, and is ${url}`);
  const words = owner.split(/[-_]/).filter((word) => word !== "");
  return {
    owner,
    homepage: `https://github.com/${owner}/${name}`,
    documentation: `https://${owner.toLowerCase()}.github.io/${name}/`,
    pluginDownloadUrl: `github://api.github.com/${owner}/${name}`,
    logoUrl: `https://raw.githubusercontent.com/${owner}/${name}/v${version}/docs/pictures/logo.png`,
    goImportPath: `github.com/${owner}/${name}/${goDirectory}`,
    csharpNamespace: words.map(([first = "", ...rest]) => first.toUpperCase() + rest.join("")).join(""),
    // Maven Central gives this group to the owner of a GitHub account.
    mavenGroup: `io.github.${owner.toLowerCase()}`,
    javaPackage: `io.github.${owner.toLowerCase().replaceAll("-", "_")}`,
  };
}

export function packageNamesOf(manifest: Manifest): PackageNames {
  return addressOf(manifest) ?? exampleNames;
}

/** The properties of the schema that contain the address. */
export function schemaAddress({ owner, homepage, pluginDownloadUrl, logoUrl }: Address): object {
  return {
    homepage,
    repository: homepage,
    namespace: owner.toLowerCase(),
    logoUrl,
    pluginDownloadURL: pluginDownloadUrl,
  };
}

/**
 * package.json with the property that contains the address. It has no `pulumi` block, with which Pulumi would download the plugin for every program
 * that has this package in node_modules. Programs with the dynamic provider do not need the plugin, and the others use the package's own.
 */
export function withAddress<M extends Manifest>(manifest: M): M {
  const address = addressOf(manifest);
  return address === undefined ? manifest : { ...manifest, homepage: address.homepage };
}

/** The options of the generated SDKs. Each SDK has the version of the package, and requires the plugin of that version. */
export function languageOptions(manifest: Manifest): object {
  const names = packageNamesOf(manifest);
  const respectSchemaVersion = true;
  return {
    nodejs: { packageName: manifest.name, respectSchemaVersion },
    python: { packageName: "pulumi_pinterest", respectSchemaVersion, pyproject: { enabled: true } },
    go: { importBasePath: names.goImportPath, respectSchemaVersion },
    csharp: {
      rootNamespace: names.csharpNamespace,
      namespaces: { pinterest: "Pinterest" },
      respectSchemaVersion,
    },
    // Without build files: the generator has only those for Gradle, and scripts/sdks adds one for Maven.
    java: { basePackage: names.javaPackage, buildFiles: "none" },
  };
}
