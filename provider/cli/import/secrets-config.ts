import type { PlannedImport } from "./plan";

/** The key, in the project's own namespace, under which the stack's configuration keeps what the program must not show. */
export const partnerSecretsKey = "partnerSecrets";

/** A secret of the stack's configuration. */
export interface PartnerSecrets {
  readonly key: typeof partnerSecretsKey;
  /** JSON: by resource name, by field. Never to be shown. */
  readonly value: string;
}

/** The partner tokens and e-mail that the program takes from the stack's configuration; undefined where there are none. */
export function partnerSecretsOf(plans: readonly PlannedImport[]): PartnerSecrets | undefined {
  const secrets = plans
    .filter((plan) => Object.keys(plan.secrets).length > 0)
    .map((plan) => [plan.name, plan.secrets]);
  return secrets.length === 0
    ? undefined
    : { key: partnerSecretsKey, value: JSON.stringify(Object.fromEntries(secrets)) };
}
