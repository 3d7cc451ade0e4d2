import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { engineDir } from "./recipe.mts";

/**
 * Puts into `binDir` what the Go modules don't have: the Node language host as one executable file, and the SDK's
 * starter of dynamic providers. The engine wants both beside itself; found on PATH instead, each prints a warning.
 */
export async function addNodejsHost(binDir: string): Promise<void> {
  const { build } = await import("esbuild");
  const windows = process.platform === "win32";
  const file = join(binDir, `pulumi-language-nodejs${windows ? ".js" : ""}`);
  await build({
    entryPoints: [join(engineDir, "language-host.mts")],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "silent",
  });
  chmodSync(file, 0o755);
  // Without a manifest of its own, the file would be read as whatever a package.json further up says.
  writeFileSync(join(binDir, "package.json"), '{ "type": "commonjs" }\n');
  if (windows) {
    writeFileSync(
      join(binDir, "pulumi-language-nodejs.cmd"),
      '@node "%~dp0pulumi-language-nodejs.js" %*\r\n',
    );
  }

  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  const starter = `pulumi-resource-pulumi-nodejs${windows ? ".cmd" : ""}`;
  copyFileSync(join(sdk, starter), join(binDir, starter));
  chmodSync(join(binDir, starter), 0o755);
}
