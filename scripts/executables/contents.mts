import type { BundledPackage } from "./bundle.mts";

/** What is in the executables. */
export interface Contents {
  /** The version of this package. */
  readonly version: string;
  readonly packages: readonly BundledPackage[];
  /** `process.versions` of the Node.js in the executables. */
  readonly nodeVersions: Readonly<Record<string, string>>;
}

/**
 * The software bill of materials, in CycloneDX's format (https://cyclonedx.org/docs/1.6/json/). Without serial number and time, so that two builds
 * are equal.
 */
export function billOfMaterials({ version, packages, nodeVersions }: Contents): object {
  const { node, ...parts } = nodeVersions;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": "pulumi-resource-pinterest",
        name: "pulumi-resource-pinterest",
        version,
        purl: `pkg:npm/pulumi-pinterest@${version}`,
        licenses: [{ expression: "Apache-2.0" }],
      },
    },
    components: [
      ...packages.map(({ name, version, license, integrity }) => {
        const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
        const content = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
        return {
          type: "library",
          "bom-ref": purl,
          name,
          version,
          purl,
          licenses: [{ expression: license }],
          hashes: [{ alg: "SHA-512", content }],
        };
      }),
      {
        type: "platform",
        "bom-ref": `pkg:generic/node@${node}`,
        name: "node",
        version: node,
        purl: `pkg:generic/node@${node}`,
        components: Object.entries(parts)
          .filter(([name, version]) => version !== "" && !interfaceVersions.includes(name))
          .map(([name, version]) => ({
            type: "library",
            "bom-ref": `node/${name}`,
            name,
            version,
          })),
      },
    ],
  };
}

/** Entries of `process.versions` that are versions of interfaces. */
const interfaceVersions: readonly string[] = ["modules", "napi"];

/** The licenses of the packages and of Node.js, which includes those of its parts. */
export function thirdPartyLicenses({ packages, nodeVersions }: Contents, nodeLicense: string): string {
  const sections = [
    ...packages.map(({ name, version, license, licenseTexts }) => ({
      title: `${name} ${version}: ${license}`,
      texts: licenseTexts,
    })),
    { title: `Node.js ${nodeVersions.node} and its parts`, texts: [nodeLicense.trim()] },
  ];
  return sections
    .map(({ title, texts }) => `${title}\n\n${texts.join("\n\n")}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}
