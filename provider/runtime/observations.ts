import { appendFileSync, readFileSync } from "node:fs";
import type { Fingerprint } from "../config";
import {
  type CreateObservation,
  type NoticeObservation,
  observed,
  type ReadObservation,
} from "../lifecycle/observer";
import type { Dependencies } from "../lifecycle/session";

/**
 * The environment variable with which a command of `pulumi-pinterest` requests observations, as the JSON of an
 * {@link ObservationRequest}. Provider processes inherit it from the engine.
 */
export const observeVariable = "PINTEREST_OBSERVE";

/** The observations that a command requests. */
export interface ObservationRequest {
  /** An existing file, to which each provider process appends lines. */
  readonly file: string;
  /** The results of reads of integrations in state. Failed reads then do not fail the refresh: the command reports them. */
  readonly reads?: boolean;
  /** All integrations of the configured accounts. */
  readonly inventory?: boolean;
  /** The stack's credentials. An explicit provider that uses them leaves the inventory of their accounts to the default provider. */
  readonly stack?: Fingerprint | undefined;
  /** The results that creates would have. */
  readonly creates?: boolean;
  /** Messages about single integrations. The engine does not connect messages to resources. */
  readonly notices?: boolean;
}

/** Undefined if no command requests observations. */
export function observationRequest(
  environment: NodeJS.ProcessEnv = process.env,
): ObservationRequest | undefined {
  const json = environment[observeVariable];
  return json ? (JSON.parse(json) as ObservationRequest) : undefined;
}

/** The integrations of an account or some of them, or the reason why they could not be listed. */
export interface InventoryObservation {
  /** Absent for the default account. */
  readonly account?: string;
  /** The explicit provider's name. */
  readonly providerName?: string;
  readonly integrations: readonly KnownIntegration[];
  readonly error?: string;
}

/** The IDs of an integration. */
export interface KnownIntegration {
  readonly externalBusinessId?: string;
  readonly integrationId?: string;
}

/** The IDs of an integration, without its other fields, which can be secrets. */
export function knownIntegration({ externalBusinessId, integrationId }: KnownIntegration): KnownIntegration {
  return {
    ...(externalBusinessId === undefined ? {} : { externalBusinessId }),
    ...(integrationId === undefined ? {} : { integrationId }),
  };
}

/** A resource that the program declares, in the program's order. Only JavaScript and TypeScript programs write these. */
export interface DeclarationObservation {
  /** The resource's name. */
  readonly name: string;
}

/** A line of the file. */
export type Observation =
  | ({ readonly kind: "declaration" } & DeclarationObservation)
  | ({ readonly kind: "read" } & ReadObservation)
  | ({ readonly kind: "create" } & CreateObservation)
  | ({ readonly kind: "notice" } & NoticeObservation)
  | ({ readonly kind: "inventory" } & InventoryObservation);

/** Appends a line to the file, in one write, so that lines of several processes do not mix. */
export function writeObservation(file: string, observation: Observation): void {
  try {
    appendFileSync(file, `${JSON.stringify(observation)}\n`);
  } catch (error) {
    // The command was terminated and its directory deleted. The engine's operations continue.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

export function readObservations(file: string): Observation[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Observation);
}

/** Writes the results of reads, if requested. */
export function readObserver(request = observationRequest()): Pick<Dependencies, "observer"> {
  if (request?.reads !== true) return {};
  const { file } = request;
  return { observer: { read: (observation) => writeObservation(file, { kind: "read", ...observation }) } };
}

/** Writes a message about an integration, if requested, in addition to printing it. */
export function withNoticeObserver(
  notify: (message: string) => void,
  request = observationRequest(),
): Dependencies["notify"] {
  if (request?.notices !== true) return (message) => notify(message);
  const { file } = request;
  return (message, about) => {
    notify(message);
    if (about !== undefined) writeObservation(file, { kind: "notice", ...observed(about), message });
  };
}

/** Writes a declared resource, if creates are requested. */
export function observeDeclaration(name: string, request = observationRequest()): void {
  if (request?.creates === true) writeObservation(request.file, { kind: "declaration", name });
}
