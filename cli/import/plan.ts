import {
  type IntegrationFields,
  isSecretField,
  readableFieldNames,
  type SecretFieldName,
  secretFieldNames,
} from "../../provider/api/fields";
import { validateExternalBusinessId } from "../../provider/lifecycle/check";
import { type IdentifiedIntegration, type ImportedState, stateOf } from "../../provider/lifecycle/import";
import { pick } from "../../provider/lifecycle/outputs";
import { resourceNames } from "./names";

/** An integration of an account. */
export interface FoundIntegration {
  /** The account's name in the configuration; undefined for the default account. */
  readonly account: string | undefined;
  readonly integration: IdentifiedIntegration;
}

/** The arguments in the program's text, in canonical form and without secrets. */
export interface ProgramArguments extends Omit<IntegrationFields, SecretFieldName> {
  readonly externalBusinessId: string;
  readonly account?: string;
}

/** An integration to import. */
export interface PlannedImport {
  /** The resource's name. */
  readonly name: string;
  readonly account: string | undefined;
  readonly externalBusinessId: string;
  readonly integrationId?: string;
  readonly args: ProgramArguments;
  /** The secret fields that the program manages, in plaintext. It reads them from the configuration. */
  readonly secrets: Readonly<Partial<Record<SecretFieldName, string>>>;
  /** The inputs in state. Secrets are in plaintext. */
  readonly inputs: ImportedState["inputs"];
  /** The outputs in state. Secrets are in plaintext. */
  readonly outputs: ImportedState["outputs"];
  /** Whether the program protects the resource. */
  readonly protect: boolean;
  /** Secret fields that Pinterest masks. They are not managed. */
  readonly masked: ImportedState["masked"];
  /** Fields with values that a program cannot give, and why. They are not managed. */
  readonly invalid: ImportedState["invalid"];
}

export interface PlanOptions {
  /** Names that must not be used, because the stack has them. */
  readonly takenNames?: Iterable<string>;
  /** Whether the program reads partner tokens and e-mail from the stack's configuration, or does not manage them. */
  readonly secrets: "config" | "omit";
  /** Whether the program protects the resources. @default false */
  readonly protect?: boolean;
}

/**
 * Plans an import: names, the program's arguments, and matching state. Duplicates within an account count once.
 *
 * @returns plans sorted by name.
 * @throws InvalidValue for an external business ID that a program cannot give (`problemWithId`).
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
  const { inputs, outputs, masked, invalid } = stateOf(live, { account });
  const { externalBusinessId, integrationId } = integration;
  return {
    name,
    account,
    externalBusinessId,
    ...(integrationId === undefined ? {} : { integrationId }),
    args: { externalBusinessId, ...pick(inputs, [...readableFieldNames, "account"]) },
    secrets: pick(inputs, secretFieldNames),
    inputs,
    outputs,
    protect: options.protect ?? false,
    masked,
    invalid,
  };
}

function withoutSecrets(integration: IdentifiedIntegration): IdentifiedIntegration {
  const others = Object.entries(integration).filter(([key]) => !isSecretField(key));
  return Object.fromEntries(others) as unknown as IdentifiedIntegration;
}

function placeOf({ account, integration }: FoundIntegration): string {
  return JSON.stringify([account ?? null, integration.externalBusinessId]);
}
