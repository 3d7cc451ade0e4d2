import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { buildSync } from "esbuild";

const root = join(__dirname, "../../../..");
const directory = join(root, "node_modules/.cache/pinterest-credentials-tests");
let bundle: string | undefined;

afterAll(() => {
  if (bundle !== undefined) rmSync(bundle, { force: true });
});

/** Bundles `provider/config` below node_modules, where a child process finds the libraries, which are not bundled. */
function bundled(): string {
  if (bundle === undefined) {
    mkdirSync(directory, { recursive: true });
    bundle = join(directory, `configuration-${process.pid}-${Date.now()}.cjs`);
    buildSync({
      entryPoints: [join(root, "provider/config/index.ts")],
      outfile: bundle,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "cjs",
    });
  }
  return bundle;
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the next line of standard output. */
  line(): Promise<string>;
  readonly ended: Promise<number | null>;
}

/**
 * Runs JavaScript in a child process. There, `clients(notify)` creates the clients that the environment configures, and `started` resolves
 * with the first data on standard input.
 */
export function startChild(script: string, environment: Record<string, string>): Child {
  const program = `
    const { Clients, readConfiguration } = require(${JSON.stringify(bundled())});
    const clients = (notify) => 
      new Clients(readConfiguration(() => undefined, { environment: process.env, declaredIn: "program" }), { notify });
    const started = new Promise((resolve) => process.stdin.once("data", resolve));
    (async () => { ${script} })().then(() => process.exit(0));`;
  const child = spawn(process.execPath, ["--input-type=commonjs", "-e", program], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  const waiting: ((line: string) => void)[] = [];
  const lines: string[] = [];
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      const next = waiting.shift();
      if (next === undefined) lines.push(line);
      else next(line);
    }
  });
  return {
    process: child,
    line: () =>
      new Promise((resolve) => {
        const line = lines.shift();
        if (line === undefined) waiting.push(resolve);
        else resolve(line);
      }),
    ended: new Promise((resolve) => child.once("exit", resolve)),
  };
}
