import { expect, test } from "@jest/globals";
import ts from "typescript";
import manifest from "../../../package.json";

const at = "/shops/node_modules/pulumi-pinterest";

/** A project that has the package installed, as far as a resolution looks. */
const host: ts.ModuleResolutionHost = {
  fileExists: (file) =>
    file === `${at}/package.json` || (file.startsWith(`${at}/dist/`) && file.endsWith(".d.ts")),
  readFile: (file) => (file === `${at}/package.json` ? JSON.stringify(manifest) : undefined),
};

// Pulumi's templates have `"moduleResolution": "node"`, and so has the SDK's own TypeScript: both know nothing of `exports`.
test.each([
  ["pulumi-pinterest", manifest.exports["."].require.types],
  ["pulumi-pinterest/native", manifest.exports["./native"].require.types],
  ["pulumi-pinterest/fleet", manifest.exports["./fleet"].types],
  ["pulumi-pinterest/emulator", manifest.exports["./emulator"].types],
])("resolves the types of %s with the module resolution of Pulumi's templates", (name, types) => {
  const options = { moduleResolution: ts.ModuleResolutionKind.Node10 };
  const { resolvedModule } = ts.resolveModuleName(name, "/shops/index.ts", options, host);
  expect(resolvedModule?.resolvedFileName).toBe(`${at}/${types.slice("./".length)}`);
});
