import { doctorCommand } from "./doctor/command";
import { driftCommand } from "./drift/command";
import { emulatorCommand } from "./emulator/command";
import { fleetCommand } from "./fleet/command";
import { importCommand } from "./import/command";
import { logsCommand } from "./logs/command";
import { preflightCommand } from "./preflight/command";

/** All subcommands, in the order of the help. */
export const commands = [
  importCommand,
  driftCommand,
  preflightCommand,
  doctorCommand,
  logsCommand,
  fleetCommand,
  emulatorCommand,
];
