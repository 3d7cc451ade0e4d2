import { appendFileSync, readFileSync } from "node:fs";
import type { CreateObservation, NoticeObservation, ReadObservation } from "../../lifecycle/observer";

/** What an account holds, or a part of that; or why it is not known. */
export interface InventoryObservation {
  /** Left out for the default account. */
  readonly account?: string;
  /** The explicit provider's name. */
  readonly providerName?: string;
  readonly integrations: readonly KnownIntegration[];
  readonly error?: string;
}

/** What tells an integration from others. */
export interface KnownIntegration {
  readonly externalBusinessId?: string;
  /** Pinterest's own number of it. */
  readonly integrationId?: string;
}

/** An integration without what may be a secret. */
export function knownIntegration({ externalBusinessId, integrationId }: KnownIntegration): KnownIntegration {
  return {
    ...(externalBusinessId === undefined ? {} : { externalBusinessId }),
    ...(integrationId === undefined ? {} : { integrationId }),
  };
}

/** A resource that the program declares. Lines are in the program's order; programs of other languages than JavaScript write none. */
export interface DeclarationObservation {
  /** The resource's name. */
  readonly name: string;
}

/** One line of the file. */
export type Observation =
  | ({ readonly kind: "declaration" } & DeclarationObservation)
  | ({ readonly kind: "read" } & ReadObservation)
  | ({ readonly kind: "create" } & CreateObservation)
  | ({ readonly kind: "notice" } & NoticeObservation)
  | ({ readonly kind: "inventory" } & InventoryObservation);

/** Adds to the file. One write a line: processes that write at once do not mix theirs. */
export function writeObservation(file: string, observation: Observation): void {
  try {
    appendFileSync(file, `${JSON.stringify(observation)}\n`);
  } catch (error) {
    // The command that asked has been ended, and its directory is gone with it. What the engine still does goes on.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** All that was written so far. */
export function readObservations(file: string): Observation[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Observation);
}
