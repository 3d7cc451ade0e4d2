import type { RequestEntry } from "../../emulator";
import type { Resource } from "../fake-engine/state";
import type { LiveIntegration, LiveIntegrations } from "./pinterest";
import type { Declaration } from "./program";
import type { Outcome, StackCommand } from "./stack";

/** Identifies an integration at Pinterest. */
export type Integration = Pick<LiveIntegration, "externalBusinessId" | "owner">;

export function isSame(one: Integration, other: Integration): boolean {
  return one.owner === other.owner && one.externalBusinessId === other.externalBusinessId;
}

/** An integration that Pinterest has deleted. */
export interface Deletion {
  readonly integration: Integration;
  /** The resource that the engine deleted. */
  readonly resource: Resource;
  /** The integration's other resources in state at that time. */
  readonly others: readonly Resource[];
  /** The replaced resources at that time that were not deleted yet. */
  readonly replaced: readonly Resource[];
}

/** The state and the integrations at Pinterest at one time. */
export interface Snapshot {
  /** The integrations in state by resource name. Replaced ones that are not deleted yet have keys such as `shop#UID`. */
  readonly state: ReadonlyMap<string, Resource>;
  readonly integrations: LiveIntegrations;
}

/** A command, its outcome and its effects. */
export interface CommandEffects extends Outcome {
  readonly command: StackCommand;
  readonly deletions: readonly Deletion[];
  /** The requests to Pinterest, except those for tokens. */
  readonly requests: readonly RequestEntry[];
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** What the checks of a command need. */
export interface Observation extends CommandEffects {
  /** The drift since the last refresh. See `History.drifted`. */
  readonly drifted: ReadonlySet<string>;
  /** The resources of the last `up`, if nothing has failed between it and this command. */
  readonly applied: readonly Declaration[] | undefined;
}

/** Whether the command succeeded. */
export function succeeded({ errors, isKilled }: Outcome): boolean {
  return errors.length === 0 && !isKilled;
}

/** Whether the command has deployed a resource, although others may have failed. */
export function isDeployed(
  { command, errors, isKilled, hasRunProgram }: CommandEffects,
  name: string,
): boolean {
  if (command.do !== "up" || isKilled) return false;
  if (errors.length === 0) return true;
  return hasRunProgram && command.continueOnError && errors.every((error) => error.name !== name);
}

export function errorText({ errors }: Outcome): string {
  return errors.map(({ name, error }) => `${name}: ${error.message}`).join("\n");
}
