import { Command } from "commander";
import type { CommandContext } from "../command-context";

/** `pulumi-pinterest preflight` */
export function preflightCommand(_context: CommandContext): Command {
  return new Command("preflight");
}
