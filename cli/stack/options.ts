import type { Command } from "commander";

/** Options that select a project and one of its stacks. */
export interface ProjectOptions {
  cwd: string;
  stack?: string;
}

/** Adds the options that select a project and one of its stacks. */
export function withProjectOptions(command: Command): Command {
  return command
    .option("-C, --cwd <directory>", "the project's directory", ".")
    .option("-s, --stack <name>", "the stack (default: the selected one)");
}
