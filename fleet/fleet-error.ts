import { ExplainedError } from "../stack/command-error";

/** A failure of a fleet, in words for its operator: what failed, why, and what to do. Never contains a secret. */
export class FleetError extends ExplainedError {}

/** Loads a package that only fleets need, so that other users do not install it. @throws FleetError if it is not installed. */
export async function optionalPackage<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!/MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
    throw new FleetError("a fleet needs the packages pg and pg-boss: run `npm install pg pg-boss`");
  }
}
