import {
  type IntegrationFields,
  isSecretField,
  type SecretFieldName,
  secretFieldNames,
} from "../../api/fields";
import type { Integration } from "../../api/integration";

/** An integration without its secrets. Fields that are unset at Pinterest are absent. */
export interface ShownIntegration extends Omit<IntegrationFields, SecretFieldName> {
  /** Your ID of the shop. */
  externalBusinessId?: string;
  /** Integration ID that Pinterest assigned: digits in a string. */
  integrationId?: string;
  /** ID of the Pinterest user that owns the integration. */
  connectedUserId?: string;
  /** When Pinterest created the integration, in milliseconds since 1970. */
  createdTimestamp?: number;
  /** When the integration was last changed, in milliseconds since 1970. */
  updatedTimestamp?: number;
}

/** An integration with its secrets in plaintext, if they were requested. Never print it. */
export type ClearRecord = ShownIntegration & Pick<IntegrationFields, SecretFieldName>;

/** The record that a caller receives. */
export function recordOf(integration: Integration, includeSecrets = false): ClearRecord {
  const record: ClearRecord = { ...integration };
  if (!includeSecrets) {
    for (const name of secretFieldNames) delete record[name];
  }
  return record;
}

/** Replaces each secret of each record in a result by `mark` of it. */
export function withSecretsOf(result: unknown, mark: (value: unknown) => unknown): unknown {
  if (typeof result !== "object" || result === null) return result;
  if (Array.isArray(result)) return result.map((item) => withSecretsOf(item, mark));
  const entries = Object.entries(result).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isSecretField(name) ? mark(value) : withSecretsOf(value, mark)]),
  );
}
