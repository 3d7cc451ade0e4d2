import { Command } from "commander";
import type { CommandContext } from "../command-context";

/** `pulumi-pinterest emulator` */
export function emulatorCommand(_context: CommandContext): Command {
  return new Command("emulator");
}
