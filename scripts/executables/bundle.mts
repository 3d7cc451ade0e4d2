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
  /** The texts of the license and of notices. */
  readonly licenseTexts: readonly string[];
}

/**
 * Bundles the compiled plugin and its packages into one CommonJS file.
 *
 * @throws Error if a package is in the bundle in two versions, or does not contain its license
 */
export async function bundlePlugin(): Promise<{ code: Uint8Array; packages: BundledPackage[] }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ["./pulumi-resource-pinterest"],
    loader: { "": "js" },
    outfile: "bundle.cjs",
    bundle: true,
    platform: "node",
    target: "node26",
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
  return { code: output.contents, packages: [...directories].sort().map(readPackage) };
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

function readPackage(directory: string): BundledPackage {
  const path = join(repository, directory);
  const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const licenseTexts = readdirSync(path)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(path, file), "utf8").trim());
  if (typeof license !== "string" || licenseTexts.length === 0)
    throw new Error(`${directory} does not contain its license`);
  return { name, version, license, licenseTexts };
}
