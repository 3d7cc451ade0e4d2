import { Command } from "commander";
import type { CommandContext } from "../command-context";

/** `pulumi-pinterest logs` */
export function logsCommand(_context: CommandContext): Command {
  return new Command("logs");
}
