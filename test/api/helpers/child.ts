import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";

const root = join(__dirname, "../../..");

/**
 * Run JavaScript in a child process, where `pinterest` is the module `provider/api`. Its libraries are not bundled.
 *
 * @returns the output.
 */
export async function runWithClient(
  script: string,
  environment: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  // Below node_modules, where the child finds the libraries.
  const directory = join(root, "node_modules/.cache/pinterest-client-tests");
  mkdirSync(directory, { recursive: true });
  const bundle = join(directory, `client-${process.pid}-${bundles++}.cjs`);
  buildSync({
    entryPoints: [join(root, "provider/api/index.ts")],
    outfile: bundle,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
  });
  try {
    const program = `const pinterest = require(${JSON.stringify(bundle)});\n${script}`;
    const env = { PATH: process.env.PATH ?? "", ...environment };
    return await promisify(execFile)(process.execPath, ["--input-type=commonjs", "-e", program], {
      env,
      cwd: root,
    });
  } finally {
    rmSync(bundle, { force: true });
  }
}

let bundles = 0;
