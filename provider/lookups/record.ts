import { secretFieldNames } from "../lifecycle/bags";
import type { IntegrationFields } from "../pinterest/fields";
import type { Integration } from "../pinterest/integration";

type SecretName = "partnerAccessToken" | "partnerRefreshToken" | "partnerPrimaryEmail";

/** What Pinterest shows of an integration, without its secrets. What Pinterest holds no value for is absent. */
export interface ShownIntegration extends Omit<IntegrationFields, SecretName> {
  /** The id by which the integration is known at Pinterest and in the shop. */
  externalBusinessId?: string;
  /** Pinterest's own number of the integration, as text. */
  integrationId?: string;
  /** The id of the Pinterest user that owns it. */
  connectedUserId?: string;
  /** When it was created, in milliseconds since 1970. */
  createdTimestamp?: number;
  /** When it was last changed, in milliseconds since 1970. */
  updatedTimestamp?: number;
}

/** An integration in clear: its secrets are there where they were asked for. Never to be shown. */
export type ClearRecord = ShownIntegration & Pick<IntegrationFields, SecretName>;

/** A record as a caller is to get it. */
export function recordOf(integration: Integration, includeSecrets = false): ClearRecord {
  const record: ClearRecord = { ...integration };
  if (!includeSecrets) {
    for (const name of secretFieldNames) delete record[name];
  }
  return record;
}

/** A result with something done to each secret of each record in it. */
export function withSecretsOf(result: unknown, mark: (value: unknown) => unknown): unknown {
  if (typeof result !== "object" || result === null) return result;
  if (Array.isArray(result)) return result.map((item) => withSecretsOf(item, mark));
  const entries = Object.entries(result).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      (secretFieldNames as readonly string[]).includes(name) ? mark(value) : withSecretsOf(value, mark),
    ]),
  );
}
