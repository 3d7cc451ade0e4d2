import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import prepareSharedPostgres from "../../postgres";
import { prepareStack } from "./prepared-stack";

/** The repository's root. */
export const repository = resolve(__dirname, "../../..");

/** The directory of a fast replacement for npm's npx. guides/command-line.test.ts runs the real one. */
export const standIns = join(__dirname, "bin");

/** Jest's global setup for the engine tests: finds or builds the engine, and creates an empty home directory for it. */
export default async function setUpEngine(): Promise<void> {
  const node = join(repository, "node_modules/.bin/node");
  const line = execFileSync(node, [join(repository, "scripts/engine/ensure.mts")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pulumi = /: (\/.+|[A-Za-z]:\\.+)$/m.exec(line)?.[1];
  if (pulumi === undefined) {
    throw new Error(`scripts/engine/ensure.mts did not print the path of the engine: ${line}`);
  }
  process.env.TEST_ENGINE_BIN = resolve(pulumi, "..");
  const home = mkdtempSync(join(tmpdir(), "pulumi-pinterest-home-"));
  process.env.TEST_PULUMI_HOME = home;
  await prepareStack(engineEnvironment);
  prepareSharedPostgres();
}

/** The environment of every engine process, without this machine's Pulumi and Pinterest settings. */
export function engineEnvironment(backend: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(PULUMI|PINTEREST|NODE_OPTIONS|JEST)/.test(name),
  );
  return {
    ...Object.fromEntries(own),
    PATH: [
      standIns,
      process.env.TEST_ENGINE_BIN,
      join(repository, "node_modules/.bin"),
      process.env.PATH,
    ].join(delimiter),
    PULUMI_HOME: process.env.TEST_PULUMI_HOME,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Engine tests spend most of their time starting Node.js processes that all load Pulumi's SDK.
    NODE_COMPILE_CACHE: join(process.env.TEST_PULUMI_HOME ?? backend, "compile-cache"),
    // Checking a program's types takes 3 s. test/documentation checks the types of examples and guides.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, "late-libraries.cjs"))}`,
    // Engines run for 1 to 2 s here. Less garbage collection saves CPU time.
    GOGC: "400",
    NO_COLOR: "1",
  };
}
