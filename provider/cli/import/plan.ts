import { type Adoption, adopted, type IdentifiedIntegration } from "../../lifecycle/adopted";
import { pick, readableFieldNames } from "../../lifecycle/bags";
import { validateExternalBusinessId } from "../../lifecycle/validate";
import type { IntegrationFields } from "../../pinterest/fields";
import { resourceNames } from "./names";

/** An integration that an account holds. */
export interface FoundIntegration {
  /** The account's name in the configuration; undefined stands for the default account. */
  readonly account: string | undefined;
  readonly integration: IdentifiedIntegration;
}

/** The fields whose values are kept out of the program's text, in the order of its arguments. */
export const secretNames = ["partnerAccessToken", "partnerRefreshToken", "partnerPrimaryEmail"] as const;

export type SecretName = (typeof secretNames)[number];

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
  /** Whether the program protects the resource. */
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
}

/**
 * Plans the import of integrations: names, the program's arguments, and state to match. One that was found twice in an account counts
 * once. The plans are sorted by name.
 *
 * @throws InvalidValue for an id that no program can give; see `problemWithId` of the lifecycle.
 */
export function planImports(found: readonly FoundIntegration[], options: PlanOptions): PlannedImport[] {
  const distinct = [...new Map(found.map((item) => [placeOf(item), item])).values()];
  const names = resourceNames(
    distinct.map(({ account, integration: { externalBusinessId } }) => ({
      account,
      externalBusinessId: validateExternalBusinessId(externalBusinessId),
    })),
    options.takenNames,
  );
  return distinct
    .map((item, index) => planOf(item, names[index] ?? "", options))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function planOf(
  { account, integration }: FoundIntegration,
  name: string,
  options: PlanOptions,
): PlannedImport {
  const live = options.secrets === "config" ? integration : withoutSecrets(integration);
  const { inputs, outputs, masked, unfit } = adopted(live, { account });
  const { externalBusinessId, integrationId } = integration;
  return {
    name,
    account,
    externalBusinessId,
    ...(integrationId === undefined ? {} : { integrationId }),
    args: { externalBusinessId, ...pick(inputs, [...readableFieldNames, "account"]) },
    secrets: pick(inputs, secretNames),
    inputs,
    outputs,
    protect: options.protect ?? false,
    masked,
    unfit,
  };
}

function withoutSecrets(integration: IdentifiedIntegration): IdentifiedIntegration {
  const others = Object.entries(integration).filter(([key]) => !secretNames.some((name) => name === key));
  return Object.fromEntries(others) as unknown as IdentifiedIntegration;
}

function placeOf({ account, integration }: FoundIntegration): string {
  return JSON.stringify([account ?? null, integration.externalBusinessId]);
}
