import type { Fingerprint } from "../../config/account-source";

/**
 * The variable by which a command of `pulumi-pinterest` asks the provider processes of an engine to write down what they see, in
 * JSON. The engine hands its environment on to them. Whoever asks for reads gets refreshes that do not fail where a merchant cannot be
 * read, so it is for commands that tell of that themselves.
 */
export const observeVariable = "PINTEREST_OBSERVE";

/** What is to be written down, and where. */
export interface ObservationRequest {
  /** A file that exists; each process adds lines to it. */
  readonly file: string;
  /** What reads of integrations in state find. */
  readonly reads?: boolean;
  /** Everything that the accounts of the configuration hold. */
  readonly inventory?: boolean;
  /** The stack's own credentials: an explicit provider that has them from there leaves their accounts to the default one. */
  readonly stack?: Fingerprint | undefined;
  /** What creating an integration would meet. */
  readonly creates?: boolean;
  /** What is said of single integrations that is no failure: the engine has it without the resource that it is about. */
  readonly notices?: boolean;
}

/** What is asked for; nothing, as a rule. */
export function observationRequest(
  environment: NodeJS.ProcessEnv = process.env,
): ObservationRequest | undefined {
  const text = environment[observeVariable];
  return text ? (JSON.parse(text) as ObservationRequest) : undefined;
}
