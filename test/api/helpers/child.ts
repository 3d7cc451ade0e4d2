import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll } from "@jest/globals";
import { buildSync } from "esbuild";

const root = join(__dirname, "../../..");
// Below node_modules, where the child finds the libraries.
const directory = join(root, "node_modules/.cache/pinterest-client-tests");
const bundles = new Map<string, string>();

afterAll(() => {
  for (const bundle of bundles.values()) rmSync(bundle, { force: true });
});

/** Bundles a directory of the provider without its libraries, once for each test file. */
function bundleOf(room: "api" | "config"): string {
  const known = bundles.get(room);
  if (known !== undefined) return known;
  mkdirSync(directory, { recursive: true });
  const bundle = join(directory, `${room}-${process.pid}-${Date.now()}.cjs`);
  bundles.set(room, bundle);
  buildSync({
    entryPoints: [join(root, `provider/${room}/index.ts`)],
    outfile: bundle,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
  });
  return bundle;
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the next line of standard output. */
  line(): Promise<string>;
  readonly ended: Promise<number | null>;
}

/** Runs JavaScript in a child process, where `pinterest` is the module `provider/api` or `provider/config`. */
export function startChild(
  room: "api" | "config",
  script: string,
  environment: Record<string, string>,
): Child {
  const program = `const pinterest = require(${JSON.stringify(bundleOf(room))});\n(async () => { ${script} })();`;
  const child = spawn(process.execPath, ["--input-type=commonjs", "-e", program], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    line: async () => String((await lines.next()).value),
    ended: new Promise((resolve) => child.once("exit", resolve)),
  };
}
