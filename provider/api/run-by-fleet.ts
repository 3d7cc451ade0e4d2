import { ownCommand } from "./own-command";

/** The variable by which a fleet tells the provider processes of its engines that a merchant list stands where a program would. */
export const runByFleetVariable = "PINTEREST_FLEET_RUN";

/** Whether a fleet runs the engine of this process: then neither a program nor the commands of `pulumi` are in anybody's hands. */
export function isRunByFleet(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment[runByFleetVariable] === "true";
}

/** The command that brings up what is written down. */
export function updateCommand(): string {
  return isRunByFleet() ? `${ownCommand} fleet up` : "pulumi up";
}
