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
type Emulator = Awaited<ReturnType<typeof startEmulator>>;

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
 * Limits that the bench does not reach. Without any limits, the emulator's answers would have no rate limit headers, and the provider
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

export class Project {
  readonly #directory: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #emulator: Emulator;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    directory: string,
    env: NodeJS.ProcessEnv,
    emulator: Emulator,
    signal: AbortSignal | undefined,
  ) {
    this.#directory = directory;
    this.#env = env;
    this.#emulator = emulator;
    this.#signal = signal;
  }

  /** Creates a project with an empty stack. Its program declares integrations with an account each. */
  static async create(
    engine: Engine,
    peer: Peer,
    integrations: number,
    signal?: AbortSignal,
  ): Promise<Project> {
    const emulator = await startEmulator({ accounts: integrations, logLimit: 0, switches: { rateLimits } });
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-pinterest-bench-")));
    const tokensFile = join(directory, "tokens.json");
    const tokens = Object.fromEntries(emulator.accounts().map(({ name }) => [name, emulator.token(name)]));
    const env = environment(engine, directory, emulator.url, tokensFile);
    const project = new Project(directory, env, emulator, signal);
    try {
      mkdirSync(join(directory, "backend"));
      mkdirSync(join(directory, "node_modules/.bin"), { recursive: true });
      symlinkSync(repository, join(directory, "node_modules/pulumi-pinterest"));
      const executable = "pulumi-resource-pinterest";
      symlinkSync(join(repository, executable), join(directory, "node_modules/.bin", executable));
      symlinkSync(join(repository, "node_modules/@pulumi"), join(directory, "node_modules/@pulumi"));
      // Copies: the SDK serializes code by the real path of its file.
      if (peer === "straightforward") copyStraightforward(directory);
      if (peer === "straightforward-package") copyStraightforward(join(directory, "node_modules"));
      const plugin = plugins[peer];
      writeFileSync(
        join(directory, "Pulumi.yaml"),
        JSON.stringify({ name: "bench", runtime: "nodejs", plugins: { providers: plugin ? [plugin] : [] } }),
      );
      writeFileSync(join(directory, "index.js"), programText(peer, integrations));
      writeFileSync(tokensFile, JSON.stringify(tokens));
      await project.pulumi(["stack", "init", "bench"], "each step");
      return project;
    } catch (error) {
      await project.remove();
      throw error;
    }
  }

  pulumi(args: readonly string[], save: Save): Promise<ProcessFigures> {
    return this.run("pulumi", [...args, "--non-interactive"], save);
  }

  /** @throws Error with the end of the output if the command fails. */
  run(command: string, args: readonly string[], save: Save): Promise<ProcessFigures> {
    const env = save === "once" ? { ...this.#env, PULUMI_SKIP_CHECKPOINTS: "true" } : this.#env;
    return run(command, args, { cwd: this.#directory, env, ...(this.#signal && { signal: this.#signal }) });
  }

  /** The number of requests since the last call. */
  takeRequests(): number {
    const { operations } = this.#emulator.counters();
    this.#emulator.clearRequests();
    return Object.values(operations).reduce((sum, count) => sum + count, 0);
  }

  /** The number of integrations at Pinterest. */
  live(): number {
    return this.#emulator.integrations().length;
  }

  /** The integrations in state. */
  state(): readonly StateResource[] {
    const file = join(this.#directory, "backend/.pulumi/stacks/bench/bench.json");
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: { latest?: { resources?: StateResource[] } };
    };
    const resources = checkpoint.latest?.resources ?? [];
    return resources.filter(({ type }) => /CommerceIntegration$|^pulumi-nodejs:dynamic:Resource$/.test(type));
  }

  async remove(): Promise<void> {
    await this.#emulator.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function copyStraightforward(to: string): void {
  cpSync(join(peerDirectory, "straightforward"), join(to, "straightforward"), { recursive: true });
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
