import type { IntegrationFieldName } from "../pinterest/fields";
import type { Outputs } from "./bags";

/** What became of reading an integration that state knows. */
export type ReadOutcome = "read" | "gone" | "revoked" | "unreachable";

/** A read of an integration that state knows. Holds no value of any field, since any of them may be a secret. */
export interface ReadObservation {
  readonly externalBusinessId: string;
  readonly account?: string;
  /** The explicit provider's name. */
  readonly providerName?: string;
  /** `revoked`: the account is refused or has no token; `unreachable`: any other failure. */
  readonly outcome: ReadOutcome;
  /** The managed fields in which Pinterest differs from state. */
  readonly changed: readonly IntegrationFieldName[];
  /** Why it was not read: in short, and with what to do about it. */
  readonly reason?: string;
  readonly advice?: string;
}

/** Is told what reads find. Where there is one, a failed read keeps what state knows, so that the others are read too. */
export interface Observer {
  read(observation: ReadObservation): void;
}

/** Who an observation is about. */
export function observed({ externalBusinessId, account, providerName }: Outputs) {
  return {
    externalBusinessId,
    ...(account === undefined ? {} : { account }),
    ...(providerName === undefined ? {} : { providerName }),
  };
}
