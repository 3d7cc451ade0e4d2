import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { Engine } from "../../scripts/engine/ensure.mts";
import type { Accounts, Peer } from "../results.mts";
import { measure, type ProcessFigures } from "./command.mts";
import type { Pinterest } from "./pinterest.mts";
import { programText } from "./program.mts";

const repository = resolve(import.meta.dirname, "../..");
const peerFolder = join(repository, "bench/peers");

export const stackName = "bench";

/** Where each peer's plugin is, for those that have one. */
const plugins: Partial<Record<Peer, { name: string; path: string }>> = {
  plugin: { name: "pinterest", path: "node_modules/.bin" },
  nothing: { name: "nothing", path: join(peerFolder, "nothing") },
};

/** A Pulumi project of one peer, with a stack of its own on a file backend. */
export class Project {
  readonly directory: string;
  readonly #peer: Peer;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(directory: string, peer: Peer, env: NodeJS.ProcessEnv) {
    this.directory = directory;
    this.#peer = peer;
    this.#env = env;
  }

  static async create(engine: Engine, peer: Peer, pinterest: Pinterest): Promise<Project> {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-pinterest-bench-")));
    mkdirSync(join(directory, "backend"));
    mkdirSync(join(directory, "node_modules/.bin"), { recursive: true });
    symlinkSync(repository, join(directory, "node_modules/pulumi-pinterest"));
    symlinkSync(
      "../pulumi-pinterest/pulumi-resource-pinterest",
      join(directory, "node_modules/.bin/pulumi-resource-pinterest"),
    );
    symlinkSync(join(repository, "node_modules/@pulumi"), join(directory, "node_modules/@pulumi"));
    installPeers(directory);
    const plugin = plugins[peer];
    writeFileSync(
      join(directory, "Pulumi.yaml"),
      JSON.stringify({
        name: "bench",
        runtime: "nodejs",
        ...(plugin === undefined ? {} : { plugins: { providers: [plugin] } }),
      }),
    );
    const tokensFile = join(directory, "tokens.json");
    writeFileSync(tokensFile, JSON.stringify(pinterest.tokens));
    const project = new Project(directory, peer, environment(engine, directory, pinterest, tokensFile));
    try {
      await project.pulumi(["stack", "init", stackName]);
    } catch (error) {
      project.remove();
      throw error;
    }
    return project;
  }

  /** The file in which the backend keeps the stack's state. */
  get checkpoint(): string {
    return join(this.directory, "backend/.pulumi/stacks/bench", `${stackName}.json`);
  }

  program(count: number, accounts: Accounts, tag: string): void {
    writeFileSync(join(this.directory, "index.js"), programText(this.#peer, count, accounts, tag));
  }

  /** @throws Error with the engine's output when it fails */
  pulumi(args: readonly string[]): Promise<ProcessFigures> {
    return measure("pulumi", [...args, "--non-interactive"], { cwd: this.directory, env: this.#env });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Beside the program, or as packages. What is linked is none to the SDK, which looks where it really is. */
function installPeers(directory: string): void {
  const modules = join(directory, "node_modules");
  for (const place of [directory, modules]) {
    cpSync(join(peerFolder, "straightforward"), join(place, "straightforward"), { recursive: true });
  }
  for (const floor of ["nothing", "nothing-dynamic"]) {
    symlinkSync(join(peerFolder, floor), join(modules, floor));
  }
}

function environment(
  engine: Engine,
  directory: string,
  pinterest: Pinterest,
  tokensFile: string,
): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PULUMI|PINTEREST|NODE_)/.test(name));
  const many = Object.keys(pinterest.tokens).length > 0;
  return {
    ...Object.fromEntries(own),
    PATH: [engine.binDir, join(repository, "node_modules/.bin"), process.env.PATH].join(delimiter),
    PULUMI_HOME: join(directory, "home"),
    PULUMI_BACKEND_URL: `file://${join(directory, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PINTEREST_API_URL: pinterest.url,
    // The others that are compared read nothing without `--refresh` either.
    PINTEREST_DETECT_DRIFT: "refresh",
    // Thousands of tokens do not fit into one variable of Linux, which takes 128 KiB.
    ...(many
      ? { PINTEREST_ACCOUNT_COMMAND: JSON.stringify(["cat", tokensFile]), PINTEREST_TOKENS_FILE: tokensFile }
      : { PINTEREST_ACCESS_TOKEN: pinterest.token }),
  };
}
