import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

const repository = resolve(import.meta.dirname, "../..");

/** A package whose code is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** The hash of the package's archive, as in package-lock.json. */
  readonly integrity: string;
  /** The texts of the license and of notices. */
  readonly licenseTexts: readonly string[];
}

/**
 * Bundles the compiled plugin and its packages into one CommonJS file.
 *
 * @throws Error if a package is in the bundle twice, such as in two versions, or does not contain its license
 */
export async function bundlePlugin(): Promise<{ code: Buffer; packages: BundledPackage[] }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ["./pulumi-resource-pinterest"],
    loader: { "": "js" },
    outfile: "bundle.cjs",
    bundle: true,
    platform: "node",
    target: "node22",
    minifySyntax: true,
    minifyWhitespace: true,
    // The archive contains the licenses.
    legalComments: "none",
    logLevel: "warning",
    plugins: [sdkLibraries],
    metafile: true,
    write: false,
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild created no bundle");
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const directories = new Set(
    inputs.flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (/^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []) : [],
    ),
  );
  const packages = [...directories].sort().map(readPackage);
  const names = packages.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  // With two copies of gRPC or protobuf, the SDK's protocol does not accept the plugin's messages.
  if (repeated !== undefined)
    throw new Error(`The bundle contains two copies of ${repeated}. Run \`npm dedupe\`.`);
  return { code: Buffer.from(output.contents), packages };
}

/**
 * The libraries that the plugin loads from the SDK's dependencies at run time. This module has the exports of `provider/run/sdk-libraries.ts`.
 */
const sdkLibraries: Plugin = {
  name: "sdk-libraries",
  setup({ onLoad }) {
    const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
    onLoad({ filter: /[/\\]run[/\\]sdk-libraries\.js$/ }, () => ({
      resolveDir: sdk,
      contents: `
        exports.grpc = require("@grpc/grpc-js");
        exports.Any = require("google-protobuf/google/protobuf/any_pb").Any;
        exports.Empty = require("google-protobuf/google/protobuf/empty_pb").Empty;
        exports.Struct = require("google-protobuf/google/protobuf/struct_pb").Struct;`,
    }));
  },
};

const lockedPackages: Readonly<Record<string, { readonly integrity?: string }>> = JSON.parse(
  readFileSync(join(repository, "package-lock.json"), "utf8"),
).packages;

function readPackage(directory: string): BundledPackage {
  const path = join(repository, directory);
  const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const licenseTexts = readdirSync(path)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(path, file), "utf8").trim());
  const integrity = lockedPackages[directory]?.integrity;
  if (typeof license !== "string" || licenseTexts.length === 0 || integrity === undefined)
    throw new Error(`${directory} has no license, or package-lock.json does not contain it`);
  return { name, version, license, integrity, licenseTexts };
}
