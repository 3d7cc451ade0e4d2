import { hash } from "node:crypto";
import {
  type IntegrationFields,
  isSecretField,
  readableFieldNames,
  type SecretFieldName,
  secretFieldNames,
} from "../../provider/api";
import { type Bag, pick } from "../../provider/base/bag";
import { problemWithId } from "../../provider/lifecycle/check";
import { type IdentifiedIntegration, type ImportedState, stateOf } from "../../provider/lifecycle/import";
import { secretsAmong } from "../../provider/lifecycle/outputs";
import { providerKey, providerText, secretSignature, signatureKey } from "../../provider/run/constants";
import { integrationTypes, type ProviderType } from "../../stack/state";

export interface FoundIntegration {
  /** The account's name in the configuration; undefined for the default account. */
  readonly account: string | undefined;
  readonly integration: IdentifiedIntegration;
}

/** The arguments in the program's text, in canonical form and without secrets. */
interface ProgramArguments extends Omit<IntegrationFields, SecretFieldName> {
  readonly externalBusinessId: string;
  readonly account?: string;
}

/** An integration to import. Its state, `masked` and `invalid` are those of {@link stateOf}. */
export interface PlannedImport extends ImportedState {
  readonly name: string;
  readonly account: string | undefined;
  readonly externalBusinessId: string;
  readonly integrationId: string | undefined;
  readonly args: ProgramArguments;
  /** The secret fields that the program manages, in plaintext. It reads them from the configuration. */
  readonly secrets: Readonly<Partial<Record<SecretFieldName, string>>>;
  readonly protect: boolean;
}

interface PlanOptions {
  /** Names that must not be used, because the stack has them. */
  readonly takenNames?: Iterable<string>;
  /** Whether the program reads partner tokens and e-mail from the stack's configuration, or does not manage them. */
  readonly secrets: "config" | "omit";
  /** Whether the program protects the resources. @default false */
  readonly protect?: boolean;
}

/**
 * Plans an import: names, the program's arguments, and matching state.
 *
 * @param found integrations that differ in account or ID.
 * @returns plans sorted by name.
 * @throws Error for an external business ID that a program cannot give (`problemWithId`).
 */
export function planImports(found: readonly FoundIntegration[], options: PlanOptions): PlannedImport[] {
  const names = resourceNames(found, options.takenNames);
  return found
    .map(({ account, integration }, index): PlannedImport => {
      const managed = Object.entries(integration).filter(
        ([key]) => options.secrets === "config" || !isSecretField(key),
      );
      const state = stateOf(Object.fromEntries(managed) as unknown as IdentifiedIntegration, { account });
      const { externalBusinessId, integrationId } = integration;
      const inputs = state.inputs as Partial<ProgramArguments> & PlannedImport["secrets"];
      return {
        ...state,
        name: names[index] ?? "",
        account,
        externalBusinessId,
        integrationId,
        args: { externalBusinessId, ...pick(inputs, [...readableFieldNames, "account"]) },
        secrets: pick(inputs, secretFieldNames),
        protect: options.protect ?? false,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Identifies an integration by account and external business ID. */
export function integrationKey({ account, integration }: FoundIntegration): string {
  return JSON.stringify([account ?? null, integration.externalBusinessId]);
}

/** The key of the stack's configuration, in the project's namespace, that contains partner tokens and e-mail. */
export const partnerSecretsKey = "partnerSecrets";

/** The partner tokens and e-mail of these integrations, as JSON by resource name and field; undefined if there are none. Secret. */
export function partnerSecretsOf(plans: readonly PlannedImport[]): string | undefined {
  const secrets = plans.filter(hasSecrets).map((plan) => [plan.name, plan.secrets]);
  return secrets.length === 0 ? undefined : JSON.stringify(Object.fromEntries(secrets));
}

export function hasSecrets({ secrets }: PlannedImport): boolean {
  return Object.keys(secrets).length > 0;
}

/** The input of `pulumi import --file`. It contains secrets in plaintext, in the engine's form. */
export function importFileOf(plans: readonly PlannedImport[], providerType: ProviderType) {
  return {
    resources: plans.map(({ name, externalBusinessId, inputs, outputs }) => ({
      type: integrationTypes[providerType],
      name,
      id: externalBusinessId,
      inputs: engineForm(inputs, providerType),
      outputs: engineForm(outputs, providerType),
    })),
  };
}

/** Adds the provider's text to dynamic resources: without it, the engine could not check, read or delete them. */
function engineForm(bag: Bag, providerType: ProviderType): Bag {
  // The plaintext of a secret is JSON within JSON.
  const secrets = secretsAmong(bag).map((name) => [
    name,
    { [signatureKey]: secretSignature, plaintext: JSON.stringify(bag[name]) },
  ]);
  return {
    ...bag,
    ...Object.fromEntries(secrets),
    ...(providerType === "dynamic" ? { [providerKey]: providerText } : {}),
  };
}

/** Longer names are cut, and end with a hash. */
const maxLength = 64;
const hashLength = 8;

/**
 * A readable name for each integration, with a hash if others have the same one. Names are unique regardless of case, and do not depend on
 * the order.
 *
 * @param taken names that must not be used.
 * @throws Error for an external business ID that a program cannot give.
 */
function resourceNames(found: readonly FoundIntegration[], taken: Iterable<string> = []): string[] {
  const names = found.map(({ integration: { externalBusinessId } }) => {
    const problem = problemWithId(externalBusinessId);
    if (problem !== undefined) throw new Error(problem);
    return readable(externalBusinessId);
  });
  const namesIgnoringCase = Map.groupBy([...names, ...taken], folded);
  return names.map((name, index) => {
    const isUnique = namesIgnoringCase.get(folded(name))?.length === 1;
    if (isUnique && name !== "" && name.length <= maxLength) return name;
    const digest = hash("sha256", integrationKey(found[index] as FoundIntegration));
    return `${cut(name || "integration", maxLength - hashLength - 1)}-${digest.slice(0, hashLength)}`;
  });
}

/**
 * The letters and digits of a string in any script, with hyphens for other characters. Empty if there are none. Latin letters lose their marks:
 * "Café №7 / 한국!" gives "Cafe-No7-한국".
 */
function readable(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Me}]+/gu, "")
    .replace(/(?<=^|[A-Za-z]|[^\p{L}\p{M}])\p{M}+/gu, "")
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "-")
    .replace(/^[^\p{L}\p{N}]+|[._-]+$/gu, "");
}

function cut(name: string, length: number): string {
  // Do not split a surrogate pair, or a letter from its marks.
  return name.slice(0, length).replace(/[\ud800-\udbff]$|[\p{M}._-]+$/u, "");
}

/** Names that differ only in case are hard to distinguish, so they count as the same. */
function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
