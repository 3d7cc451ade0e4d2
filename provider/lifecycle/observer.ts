import type { IntegrationFieldName } from "../api/fields";
import type { Fields, Inputs } from "./bags";

/** What became of reading an integration that state knows. */
export type ReadOutcome = "read" | "missing" | "revoked" | "unreachable";

/** A read of an integration that state knows. Holds no value of any field, since any of them may be a secret. */
export interface ReadObservation {
  readonly externalBusinessId: string;
  readonly account?: string;
  /** The explicit provider's name. */
  readonly providerName?: string;
  /** `revoked`: the account is refused; `unreachable`: any other failure, as where it has no token here. */
  readonly outcome: ReadOutcome;
  /** The managed fields in which Pinterest differs from state. */
  readonly changed: readonly IntegrationFieldName[];
  /** The managed fields that are secrets, where those are not compared; left out where there are none. */
  readonly uncompared?: readonly IntegrationFieldName[];
  /** Why it was not read, and what to do about it. */
  readonly reason?: string;
  readonly advice?: string;
}

/**
 * What creating an integration would come to.
 *
 * `created`: it is not there. `adopted`: it is there and equals the program's. `overwritten`: it differs, and `adopt` is set.
 * `refused`: it differs. `foreign`: it is somebody else's. `unknown`: that depends on values which only the update knows.
 * `cannot-tell`: Pinterest could not be asked.
 */
export type CreateVerdict =
  | "created"
  | "adopted"
  | "overwritten"
  | "refused"
  | "foreign"
  | "unknown"
  | "cannot-tell";

/** A create that an update would do. It contains no partner token or e-mail. */
export interface CreateObservation {
  /** The engine's text for an unknown value, where it is not known yet; so for the account. */
  readonly externalBusinessId: string;
  readonly account?: string;
  /** The explicit provider's name. */
  readonly providerName?: string;
  readonly verdict: CreateVerdict;
  /** Pinterest's own number of what is there. */
  readonly integrationId?: string;
  /** The fields that are overwritten, or because of which it is refused, or whose values are not known yet. */
  readonly fields?: readonly IntegrationFieldName[];
  /**
   * Pinterest's values of the differing fields in canonical form; fields without a value are omitted. The program may declare such a
   * field as a secret: only the engine knows, so the reader of the observation must not print it before asking.
   */
  readonly live?: Fields;
  /** Those of the fields that the program leaves out. */
  readonly leftOut?: readonly IntegrationFieldName[];
  /** The secret fields that are written to what is there, since they cannot be compared. */
  readonly unseen?: readonly IntegrationFieldName[];
  /** Why: in short, and with what to do about it. */
  readonly reason?: string;
  readonly advice?: string;
}

/** What was said of an integration that is no failure. Holds no value of any field. */
export interface NoticeObservation {
  readonly externalBusinessId: string;
  readonly account?: string;
  /** The explicit provider's name. */
  readonly providerName?: string;
  readonly message: string;
}

/** Is told what reads find. Where there is one, a failed read keeps what state knows, so that the others are read too. */
export interface Observer {
  read(observation: ReadObservation): void;
}

/** Who an observation is about. */
export function observed({ externalBusinessId, account, providerName }: Inputs) {
  return {
    externalBusinessId,
    ...(account === undefined ? {} : { account }),
    ...(providerName === undefined ? {} : { providerName }),
  };
}
