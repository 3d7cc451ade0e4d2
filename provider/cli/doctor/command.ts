import { Command } from "commander";
import type { CommandContext } from "../command-context";

/** `pulumi-pinterest doctor` */
export function doctorCommand(_context: CommandContext): Command {
  return new Command("doctor");
}
