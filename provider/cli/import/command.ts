import { Command } from "commander";
import type { CommandContext } from "../command-context";

/** `pulumi-pinterest import` */
export function importCommand(_context: CommandContext): Command {
  return new Command("import");
}
