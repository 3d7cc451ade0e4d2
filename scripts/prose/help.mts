import { createRequire } from "node:module";
import type { Terminal } from "../../cli/terminal.ts";
import { type Block, linesIn } from "./block.mts";

/** A line of help is an option with its description, an example, or a line of a paragraph. */
export function blocksOfHelp(help: string): Block[] {
  let line = 1;
  return help.split("\n\n").flatMap((part) => {
    const first = line;
    line += linesIn(part) + 2;
    if (!/^ /m.test(part)) return [{ text: part, line: first }];
    return part.split("\n").flatMap((row, index) => {
      const text = row.trim().split(/ {2,}/).at(-1) ?? "";
      return row.startsWith("  $ ") ? [] : [{ text, line: first + index }];
    });
  });
}

/** The help of every command, by command line. */
export async function helpTexts(): Promise<[name: string, help: string][]> {
  const require = createRequire(import.meta.url);
  const { runCommandLine } =
    require("../../dist/cli/command-line.js") as typeof import("../../cli/command-line.ts");
  const { commands } = require("../../dist/cli/commands.js") as typeof import("../../cli/commands.ts");
  // The help wraps its columns at the terminal's width.
  Object.assign(process.stdout, { isTTY: true, columns: 10_000 });
  const help: string[] = [];
  const print = (text: string) => void help.push(text);
  const terminal: Terminal = {
    interactive: false,
    width: undefined,
    out: print,
    note: print,
    progress: print,
    style: (_, text) => text,
  };
  const names = commands
    .map((make) => make({ terminal, end: () => {} }))
    .flatMap((command) => [
      [command.name()],
      ...command.commands.map((child) => [command.name(), child.name()]),
    ]);
  const texts: [name: string, help: string][] = [];
  for (const command of [[], ...names]) {
    await runCommandLine([...command, "--help"], terminal);
    texts.push([["pulumi-pinterest", ...command, "--help"].join(" "), help.splice(0).join("\n")]);
  }
  return texts;
}
