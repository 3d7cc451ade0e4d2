// A Pulumi project of one provider, with its own emulator, stack and state directory.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { Engine } from "../scripts/engine/ensure.mts";
import { run } from "./processes.mts";
import type { Peer, ProcessFigures, Save } from "./results.mts";

const require = createRequire(import.meta.url);
const { startEmulator } = require("pulumi-pinterest/emulator") as typeof import("../emulator/index.ts");

const repository = resolve(import.meta.dirname, "..");
const peerDirectory = join(import.meta.dirname, "peers");

/** The arguments of an integration, except its ID and account. */
const connection = {
  connectedMerchantId: "1949483",
  connectedAdvertiserId: "549755885175",
  connectedTagId: "2613187432",
};

/** The longest JSON of an integration's arguments, in bytes. */
export const argumentBytes = JSON.stringify({
  externalBusinessId: "shop-1000",
  account: "shop-1000",
  ...connection,
}).length;

/** The module that exports a provider's class, as the program requires it. */
const modules: Readonly<Record<Peer, string>> = {
  straightforward: "./straightforward",
  "straightforward-package": "straightforward",
  dynamic: "pulumi-pinterest",
  plugin: "pulumi-pinterest/native",
  nothing: join(peerDirectory, "nothing"),
};

const plugins: Partial<Record<Peer, { readonly name: string; readonly path: string }>> = {
  plugin: { name: "pinterest", path: "node_modules/.bin" },
  nothing: { name: "nothing", path: join(peerDirectory, "nothing") },
};

/**
 * Limits that the bench does not reach. Without any limits, the emulator's responses would have no rate limit headers, and the provider
 * would keep to Pinterest's published limits.
 */
const rateLimits = {
  safety_net: [{ limit: 1_000_000, window: 1 }],
  ads_read: [{ limit: 1_000_000, window: 60 }],
  ads_write: [{ limit: 1_000_000, window: 60 }],
};

export interface StateResource {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface Project {
  pulumi(args: readonly string[], save: Save): Promise<ProcessFigures>;
  /** @throws Error with the end of the output if the command fails. */
  run(command: string, args: readonly string[], save: Save): Promise<ProcessFigures>;
  /** The number of requests since the last call. */
  takeRequests(): number;
  /** The number of integrations at Pinterest. */
  live(): number;
  /** The integrations in state. */
  state(): readonly StateResource[];
  remove(): Promise<void>;
}

/** Creates a project with an empty stack. Its program declares integrations with an account each. */
export async function createProject(
  engine: Engine,
  peer: Peer,
  integrations: number,
  signal?: AbortSignal,
): Promise<Project> {
  const emulator = await startEmulator({ accounts: integrations, logLimit: 0, switches: { rateLimits } });
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-pinterest-bench-")));
  const tokensFile = join(directory, "tokens.json");
  const defaults = environment(engine, directory, emulator.url, tokensFile);
  const project: Project = {
    pulumi: (args, save) => project.run("pulumi", [...args, "--non-interactive"], save),
    run(command, args, save) {
      const env = save === "once" ? { ...defaults, PULUMI_SKIP_CHECKPOINTS: "true" } : defaults;
      return run(command, args, { cwd: directory, env, signal });
    },
    takeRequests() {
      const { operations } = emulator.counters();
      emulator.clearRequests();
      return Object.values(operations).reduce((sum, count) => sum + count, 0);
    },
    live: () => emulator.integrations().length,
    state: () => integrationsIn(join(directory, "backend/.pulumi/stacks/bench/bench.json")),
    async remove() {
      await emulator.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  try {
    const tokens = emulator.accounts().map(({ name }) => [name, emulator.token(name)]);
    writeFileSync(tokensFile, JSON.stringify(Object.fromEntries(tokens)));
    writeFiles(directory, peer, integrations);
    await project.pulumi(["stack", "init", "bench"], "each step");
    return project;
  } catch (error) {
    await project.remove();
    throw error;
  }
}

function writeFiles(directory: string, peer: Peer, integrations: number): void {
  const installed = join(directory, "node_modules");
  mkdirSync(join(directory, "backend"));
  mkdirSync(join(installed, ".bin"), { recursive: true });
  symlinkSync(repository, join(installed, "pulumi-pinterest"));
  const executable = "pulumi-resource-pinterest";
  symlinkSync(join(repository, executable), join(installed, ".bin", executable));
  symlinkSync(join(repository, "node_modules/@pulumi"), join(installed, "@pulumi"));
  // Copies: the SDK serializes code by the real path of its file.
  for (const place of [directory, installed]) {
    cpSync(join(peerDirectory, "straightforward"), join(place, "straightforward"), { recursive: true });
  }
  const plugin = plugins[peer];
  const settings = { name: "bench", runtime: "nodejs", plugins: { providers: plugin ? [plugin] : [] } };
  writeFileSync(join(directory, "Pulumi.yaml"), JSON.stringify(settings));
  writeFileSync(join(directory, "index.js"), programText(peer, integrations));
}

function integrationsIn(stateFile: string): StateResource[] {
  const { checkpoint } = JSON.parse(readFileSync(stateFile, "utf8")) as {
    checkpoint: { latest?: { resources?: StateResource[] } };
  };
  const resources = checkpoint.latest?.resources ?? [];
  return resources.filter(({ type }) => /CommerceIntegration$|^pulumi-nodejs:dynamic:Resource$/.test(type));
}

function programText(peer: Peer, integrations: number): string {
  return [
    `const { CommerceIntegration } = require("${modules[peer]}");`,
    `for (let number = 1; number <= ${integrations}; number++) {`,
    '  const name = "shop-" + number;',
    `  const connection = ${JSON.stringify(connection)};`,
    "  new CommerceIntegration(name, { externalBusinessId: name, account: name, ...connection });",
    "}",
    "",
  ].join("\n");
}

function environment(
  engine: Engine,
  directory: string,
  apiUrl: string,
  tokensFile: string,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PULUMI|PINTEREST|NODE_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: [engine.binDir, join(repository, "node_modules/.bin"), process.env.PATH].join(delimiter),
    PULUMI_HOME: join(directory, "home"),
    PULUMI_BACKEND_URL: `file://${join(directory, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PINTEREST_API_URL: apiUrl,
    // The other providers do not check for drift without `--refresh`.
    PINTEREST_DETECT_DRIFT: "refresh",
    // An environment variable holds at most 128 KiB on Linux, which thousands of tokens exceed.
    PINTEREST_ACCOUNT_COMMAND: JSON.stringify(["cat", tokensFile]),
    PINTEREST_TOKENS_FILE: tokensFile,
  };
}
