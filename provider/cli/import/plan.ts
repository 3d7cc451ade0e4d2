import { type Adoption, adopted, type IdentifiedIntegration } from "../../lifecycle/adopted";
import { secretFieldNames } from "../../lifecycle/bags";
import { InvalidValue, validateExternalBusinessId } from "../../lifecycle/validate";
import type { IntegrationFieldName, IntegrationFields } from "../../pinterest/fields";
import { resourceNames } from "./names";

/** An integration that an account holds. */
export interface FoundIntegration {
  /** The account's name in the configuration; undefined stands for the default account. */
  readonly account: string | undefined;
  readonly integration: IdentifiedIntegration;
}

/** The fields that are kept out of the program's text. */
export type SecretName = "partnerAccessToken" | "partnerRefreshToken" | "partnerPrimaryEmail";

/** What the program's text says of an integration, each value in its canonical form; without the secrets. */
export interface ProgramArguments extends Omit<IntegrationFields, SecretName> {
  readonly externalBusinessId: string;
  readonly account?: string;
}

/** An integration that is to come under management. */
export interface PlannedImport {
  /** The resource's name. */
  readonly name: string;
  readonly account: string | undefined;
  readonly externalBusinessId: string;
  /** Pinterest's own number, as far as it is known. */
  readonly integrationId?: string;
  readonly args: ProgramArguments;
  /** The values of the secret fields that the program manages, in clear. Never to be shown. */
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
  /** What state is to hold as inputs. Secrets are in clear. */
  readonly inputs: Adoption["inputs"];
  /** What state is to hold as outputs. Secrets are in clear. */
  readonly outputs: Adoption["outputs"];
  readonly protect: boolean;
  /** Secret fields that Pinterest shows with characters hidden. They are left unmanaged. */
  readonly masked: Adoption["masked"];
  /** Fields whose values at Pinterest no program can give, and why. They are left unmanaged. */
  readonly unfit: Adoption["unfit"];
}

export interface PlanOptions {
  /** Names that the stack has already, which are not used again. */
  readonly takenNames?: Iterable<string>;
  /** Where the program has partner tokens and e-mail from: the stack's configuration, or nowhere, which leaves them unmanaged. */
  readonly secrets: "config" | "omit";
  /** Whether the program protects the resources; false by default. */
  readonly protect?: boolean;
  /** Names to use as they are in place of made ones, by external business id. */
  readonly names?: ReadonlyMap<string, string>;
}

/**
 * Plans the import of integrations: names, the program's arguments, and state to match. One that was found twice in an account counts
 * once. The plans are sorted by name.
 *
 * @throws CommandError when a given name is taken or given twice.
 * @throws InvalidValue for an id that no program can give; see {@link problemWithId}.
 */
export function planImports(found: readonly FoundIntegration[], options: PlanOptions): PlannedImport[] {
  throw new Error(
    `not there yet: ${found.length} ${options.secrets} ${String(adopted)} ${String(resourceNames)}`,
  );
}

/** Why no program can declare an integration of this id, as the end of a sentence that begins with the id; undefined if one can. */
export function problemWithId(externalBusinessId: string): string | undefined {
  try {
    validateExternalBusinessId(externalBusinessId);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidValue) {
      return error.message;
    }
    throw error;
  }
}

/** The secret fields, in the order of the program's arguments. */
export const secretNames = secretFieldNames as readonly (SecretName & IntegrationFieldName)[];
