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

/** How a block of commands is run. */
export interface GuideRun {
  /** Standard input, such as the secret that `pulumi config set --secret` asks for. */
  readonly stdin?: string | undefined;
  /** Texts that stand for the reader's own, and what they are here. */
  readonly replace?: Readonly<Record<string, string>>;
  /** @default 0 */
  readonly exitCode?: number;
}

/** The commands in a guide, run one after the other as its reader would. */
export class Guide {
  private readonly commands: Block[];
  private readonly programs: Block[];
  /** The variables that blocks have exported, which later ones see, as in a reader's shell. */
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

  /** Runs the next block of commands in the lab's project, as a shell does that stops at the first failure. */
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
        ...assignments,
        "{",
        script,
        `} < ${quote(before as string)}`,
        `env -0 > ${quote(after as string)}`,
      ].join("\n"),
    );
    if (run.exitCode !== exitCode) {
      throw new Error(
        `${this.path}:${block.line} should end with ${exitCode} and ended with ${run.exitCode}:\n${script}\n${run.output}`,
      );
    }
    if (exitCode === 0)
      this.exported = exportedNames(script, readFileSync(after as string, "utf8"), this.exported);
    return run;
  }

  /** The commands of the next block, a line each, where each has an end, or a standard input, of its own. */
  split(): ((lab: Lab, how?: GuideRun) => Promise<Run>)[] {
    const block = this.take(this.commands);
    return block.text
      .split("\n")
      .map((text) => (lab: Lab, how?: GuideRun) => new Guide(this.path, [{ ...block, text }]).next(lab, how));
  }

  /** The next program text, for a test that writes it where the guide says. */
  program(replace: Readonly<Record<string, string>> = {}): string {
    return replaced(this.take(this.programs).text, replace);
  }

  /** Says what no test runs, with its reason, and fails when there is anything else left. */
  finish(): void {
    const left = [...this.commands, ...this.programs];
    for (const { line, notRun, text } of left.filter(({ notRun }) => notRun !== undefined)) {
      console.log(`${this.path}:${line} is not run: ${notRun}\n${text}`);
    }
    const forgotten = left.filter(({ notRun }) => notRun === undefined);
    if (forgotten.length > 0) {
      throw new Error(
        `${this.path}: no test runs ${forgotten.map(({ line, text }) => `line ${line}: ${text.split("\n")[0]}`).join("; ")}`,
      );
    }
  }

  private take(blocks: Block[]): Block {
    const index = blocks.findIndex(({ notRun }) => notRun === undefined);
    if (index < 0) throw new Error(`${this.path} has no further block`);
    return blocks.splice(index, 1)[0] as Block;
  }
}

/** A comment before a block says why no test runs it: `<!-- not run: needs an account -->`. */
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
    if (!result.includes(from)) throw new Error(`there is no '${from}' in:\n${result}`);
    return result.replaceAll(from, to);
  }, text);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
