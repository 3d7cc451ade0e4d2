import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { sourceChanges } from "../../../scripts/engine/build.mts";

const ensureScript = resolve(__dirname, "../../../scripts/engine/ensure.mts");

/** The output and exit code of `node scripts/engine/ensure.mts`. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A separate environment: its own PATH, home and cache directory, and no network. */
export class Sandbox {
  private readonly root = realpathSync(mkdtempSync(join(tmpdir(), "provisioning-")));

  /** A path inside the sandbox. */
  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  /** Returns the content of a file in the sandbox, or an empty string if it does not exist. */
  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), "utf8") : "";
  }

  /** Writes a file, and creates its directories. */
  write(name: string, text: string): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** Adds a program, written in JavaScript, to PATH. */
  addProgram(name: string, javascript: string): string {
    const script = this.write(`scripts/${name}.cjs`, javascript);
    const file = this.write(`bin/${name}`, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /**
   * Adds a fake Go toolchain. To build, it runs `build`, in which `out` is the target directory. Each build adds a line to the file
   * `builds`, and writes its environment to the file `environment`.
   */
  addGo({
    version = "go1.999.0",
    build = "for (const name of ['pulumi', 'pulumi-language-yaml', 'pulumi-language-nodejs']) program(name);",
  } = {}): void {
    this.addProgram(
      "go",
      `const fs = require("fs"), path = require("path");
const args = process.argv.slice(2);
const program = (name) => fs.writeFileSync(path.join(out, name), "#!/bin/sh\\n", { mode: 0o755 });
let out;
if (args[0] === "env") console.log('{"GOVERSION":"${version}","GOHOSTOS":"linux","GOHOSTARCH":"amd64"}');
if (args[0] === "list") console.log(args[1] === "-m" ? ${JSON.stringify(this.addChangedModule())} : "one\\ntwo");
if (args[0] === "build") {
  fs.appendFileSync(${JSON.stringify(this.path("builds"))}, "build\\n");
  fs.writeFileSync(${JSON.stringify(this.path("environment"))}, JSON.stringify(process.env));
  out = args[args.indexOf("-o") + 1];
  ${build}
}`,
    );
  }

  /** Adds a Go module with the source text that the build changes. @returns its directory */
  private addChangedModule(): string {
    for (const [file, changes] of Object.entries(sourceChanges))
      this.write(join("module", file), changes.map(([old]) => old).join("\n"));
    return this.path("module");
  }

  /** Runs `node scripts/engine/ensure.mts` in the sandbox. */
  async ensure(env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    mkdirSync(this.path("bin"), { recursive: true });
    const child = spawn(process.execPath, [ensureScript], {
      env: {
        PATH: this.path("bin"),
        HOME: this.root,
        XDG_CACHE_HOME: this.path("cache"),
        // No server listens on this port, so the download fails immediately, even on machines with a network.
        HTTPS_PROXY: "http://127.0.0.1:9",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        output[stream] += text;
      });
    }
    const code = await new Promise<number | null>((done, failed) => {
      child.once("error", failed).once("close", done);
    });
    return { code, ...output };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
