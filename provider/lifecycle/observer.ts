import { type FieldNames, type Fields, type Inputs, pick } from "./outputs";

/** The integration that an observation is about. */
export interface Observed {
  readonly externalBusinessId: string;
  readonly account?: string;
  /** The explicit provider's name. */
  readonly providerName?: string;
}

export type ReadOutcome = "read" | "missing" | "revoked" | "unreachable";

/** The result of reading an integration in state. It contains no values of fields, because any of them may be a secret. */
export interface ReadObservation extends Observed {
  /** `revoked`: Pinterest refuses the account. `unreachable`: any other failure, such as an account without a token. */
  readonly outcome: ReadOutcome;
  /** The managed fields whose values at Pinterest differ from state. */
  readonly changed: FieldNames;
  /** The managed secrets, if they are not compared. Missing if there are none. */
  readonly uncompared?: FieldNames;
  /** Why it was not read. */
  readonly reason?: string;
  /** Of the answer with the reason. */
  readonly requestId?: string;
  /** What to do about it. */
  readonly advice?: string;
}

/**
 * What creating an integration would do.
 *
 * `created`: it does not exist. `adopted`: it exists and equals the program's. `overwritten`: it differs, and `adopt` is set.
 * `refused`: it differs. `foreign`: it belongs to another owner. `unknown`: this depends on values that are unknown until the update.
 * `not-checked`: the read failed.
 */
export type CreateVerdict =
  | "created"
  | "adopted"
  | "overwritten"
  | "refused"
  | "foreign"
  | "unknown"
  | "not-checked";

/** A create of the next update. The external business ID and the account may be the engine's string for an unknown value. */
export interface CreateObservation extends Observed {
  readonly verdict: CreateVerdict;
  /** The ID of the existing integration. */
  readonly integrationId?: string;
  /** The fields that are overwritten, that are the reason of a refusal, or whose values are unknown. */
  readonly fields?: FieldNames;
  /**
   * Pinterest's values of the differing fields in canonical form. Contains no partner token or e-mail address. The program may declare a
   * field as a secret, which only the engine knows: before you print a value, ask it.
   */
  readonly live?: Fields;
  /** The differing fields that the program omits. */
  readonly omitted?: FieldNames;
  /** The secrets that are written to the existing integration, because they cannot be compared. */
  readonly notCompared?: FieldNames;
  /** Why the verdict is not `created`, `adopted` or `overwritten`. */
  readonly reason?: string;
  /** The reason, and what to do. */
  readonly advice?: string;
}

/** A message about an integration. It contains no values of fields. */
export interface NoticeObservation extends Observed {
  readonly message: string;
}

/** Receives the results of reads. */
export interface Observer {
  read(observation: ReadObservation): void;
}

export function observed(integration: Inputs): Observed {
  return pick(integration, ["externalBusinessId", "account", "providerName"]);
}
