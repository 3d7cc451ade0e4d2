import { spawn } from "node:child_process";
import { delimiter } from "node:path";

/** What a command of the story printed. */
export interface Told {
  stdout: string;
  output: string;
}

/** Runs the engine with its own output visible, and checks that the story goes as it should. */
export class Story {
  private readonly environment: NodeJS.ProcessEnv;

  constructor(engineDirectory: string, environment: Record<string, string>) {
    // The user's own stack, token or settings must not leak in.
    const own = Object.entries(process.env).filter(([name]) => !/^(PULUMI|PINTEREST)_/.test(name));
    this.environment = {
      ...Object.fromEntries(own),
      ...environment,
      PATH: [engineDirectory, process.env.PATH].join(delimiter),
    };
  }

  chapter(title: string): void {
    console.log(`\n── ${title}`);
  }

  /** @throws Error that says what should have been */
  expect(holds: boolean, what: string): void {
    if (!holds) {
      throw new Error(`expected that ${what}, but it is not so`);
    }
    console.log(`✓ ${what}`);
  }

  /** Runs `pulumi` and insists on its exit code. */
  async pulumi(
    directory: string,
    args: string[],
    exitCode = 0,
    show: "visible" | "silent" = "visible",
  ): Promise<Told> {
    const command = `pulumi ${args.join(" ")}`;
    if (show === "visible") {
      console.log(`$ ${command}`);
    }
    const color = process.stdout.isTTY ? "always" : "never";
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", color], {
      cwd: directory,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const told: Told = { stdout: "", output: "" };
    for (const [stream, screen] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        told.output += text;
        told.stdout += stream === child.stdout ? text : "";
        if (show === "visible") screen.write(text);
      });
    }
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    if (code !== exitCode) {
      throw new Error(
        `\`${command}\` should end with ${exitCode} and ended with ${code}${show === "silent" ? `:\n${told.output}` : ""}`,
      );
    }
    if (exitCode !== 0) {
      console.log(`✓ exit code ${exitCode}`);
    }
    return told;
  }
}
