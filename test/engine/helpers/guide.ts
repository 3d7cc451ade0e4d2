import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./engine";
import type { Lab, Run } from "./lab";

/** A fenced block of a guide. */
interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
  /** Why no test runs it. */
  readonly notRun?: string;
}

/** Options of one run of a block of commands. */
export interface GuideRun {
  /** Standard input, such as the secret that `pulumi config set --secret` asks for. */
  readonly stdin?: string | undefined;
  /** Placeholders in the guide, and their values in the test. */
  readonly replace?: Readonly<Record<string, string>>;
  /** @default 0 */
  readonly exitCode?: number;
}

/** The commands and programs of a guide, in order. */
export class Guide {
  private readonly commands: Block[];
  private readonly programs: Block[];
  /** Exported variables. Later blocks see them, as in a reader's shell. */
  private exported: Record<string, string> = {};

  private constructor(
    private readonly path: string,
    blocks: readonly Block[],
  ) {
    this.commands = blocks.filter(({ language }) => language === "sh");
    this.programs = blocks.filter(({ language }) => ["typescript", "javascript", "yaml"].includes(language));
  }

  /** @param path from the repository's root */
  static read(path: string): Guide {
    return new Guide(path, blocksOf(readFileSync(join(repository, path), "utf8")));
  }

  /** Runs the next block of commands in the lab's project, and stops at the first command that fails. */
  async next(lab: Lab, { stdin = "", replace = {}, exitCode = 0 }: GuideRun = {}): Promise<Run> {
    const block = this.take(this.commands);
    const script = replaced(block.text, replace);
    const [before, after] = ["guide-stdin", "guide-environment"].map((name) => join(lab.directory, name));
    writeFileSync(before as string, stdin);
    const assignments = Object.entries(this.exported).map(
      ([name, value]) => `export ${name}=${quote(value)}`,
    );
    const run = await lab.process(
      "bash",
      "-e",
      "-c",
      [
        // Halves the time of an update.
        "export PULUMI_OPTION_SKIP_PREVIEW=true",
        ...assignments,
        "{",
        script,
        `} < ${quote(before as string)}`,
        `env -0 > ${quote(after as string)}`,
      ].join("\n"),
    );
    if (run.exitCode !== exitCode) {
      throw new Error(
        `${this.path}:${block.line}: expected exit code ${exitCode}, received ${run.exitCode}:\n${script}\n${run.output}`,
      );
    }
    if (exitCode === 0)
      this.exported = exportedNames(script, readFileSync(after as string, "utf8"), this.exported);
    return run;
  }

  /** The commands of the next block, one per line, for a test that runs each command with its own options. */
  split(): ((lab: Lab, options?: GuideRun) => Promise<Run>)[] {
    const block = this.take(this.commands);
    return block.text
      .split("\n")
      .map((text) => (lab: Lab, how?: GuideRun) => new Guide(this.path, [{ ...block, text }]).next(lab, how));
  }

  /** The source of the next program. The test writes it to the file that the guide names. */
  program(): string {
    return this.take(this.programs).text;
  }

  /** Prints the blocks that are marked as not run, and fails if another block is left. */
  finish(): void {
    const remaining = [...this.commands, ...this.programs];
    for (const { line, notRun, text } of remaining.filter(({ notRun }) => notRun !== undefined)) {
      console.log(`${this.path}:${line} is not run: ${notRun}\n${text}`);
    }
    const notTested = remaining.filter(({ notRun }) => notRun === undefined);
    if (notTested.length > 0) {
      throw new Error(
        `${this.path}: no test runs ${notTested.map(({ line, text }) => `line ${line}: ${text.split("\n")[0]}`).join("; ")}`,
      );
    }
  }

  private take(blocks: Block[]): Block {
    const index = blocks.findIndex(({ notRun }) => notRun === undefined);
    if (index < 0) throw new Error(`${this.path} has no more blocks`);
    return blocks.splice(index, 1)[0] as Block;
  }
}

/** Parses the blocks of a guide. A comment before a block can state why no test runs it: `<!-- not run: needs an account -->`. */
function blocksOf(markdown: string): Block[] {
  const pattern =
    /(?:<!-- not run: (?<notRun>[^\n]*?) -->\n+)?^(?<indent> *)```(?<language>\w+)\n(?<text>[\s\S]*?)^ *```$/gm;
  return [...markdown.matchAll(pattern)].map(({ groups = {}, index, 0: whole }) => ({
    language: groups.language as string,
    text: (groups.text as string).replaceAll(new RegExp(`^${groups.indent}`, "gm"), "").trimEnd(),
    line: markdown.slice(0, index + whole.indexOf("```")).split("\n").length,
    ...(groups.notRun === undefined ? {} : { notRun: groups.notRun }),
  }));
}

function exportedNames(script: string, environment: string, before: Record<string, string>) {
  const names = [...script.matchAll(/\bexport (\w+)=/g)].map(([, name]) => name as string);
  const values = new Map(
    environment.split("\0").map((entry) => [entry.split("=")[0] ?? "", entry.slice(entry.indexOf("=") + 1)]),
  );
  return { ...before, ...Object.fromEntries(names.map((name) => [name, values.get(name) ?? ""])) };
}

function replaced(text: string, replace: Readonly<Record<string, string>>): string {
  return Object.entries(replace).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`cannot replace '${from}': not found in:\n${result}`);
    return result.replaceAll(from, to);
  }, text);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
