import { Command } from "commander";
import type { CommandContext } from "../command-context";
import { openStack } from "../stack/open";
import { driftOf } from "./drift-of";

/** `pulumi-pinterest drift` */
export function driftCommand({ terminal, end }: CommandContext): Command {
  return new Command("drift")
    .option("-C, --cwd <directory>", "", ".")
    .option("-s, --stack <name>")
    .action(async (o) => {
      const stack = await openStack(o);
      const r = await driftOf(stack);
      terminal.out(JSON.stringify(r, null, 1));
    });
}
