import type { ExportedResource } from "../stack/state";
import { inPlaintext, isDefaultProvider, isIntegrationType, nameOf } from "../stack/state";
import type { FoundIntegration } from "./plan";

/** A commerce integration that the stack manages. */
export interface ManagedIntegration {
  /** The resource's name. */
  readonly name: string;
  readonly externalBusinessId: string;
  readonly integrationId?: string | undefined;
  readonly account?: string | undefined;
  /** Whether it belongs to an explicit provider, so that its account is unknown. */
  readonly explicit: boolean;
}

/** The commerce integrations of a stack. */
export class ManagedIntegrations {
  /** The names of their resources. Lookups are included, because the engine uses each name once. */
  readonly names: readonly string[];
  readonly #byId: ReadonlyMap<string, readonly ManagedIntegration[]>;

  constructor(resources: readonly ExportedResource[]) {
    const integrations = resources.filter(({ type }) => isIntegrationType(type));
    this.names = integrations.map(({ urn }) => nameOf(urn));
    this.#byId = Map.groupBy(
      // The stack reads external resources (lookups), but does not manage them.
      integrations.filter(({ external }) => external !== true).map(managedOf),
      ({ externalBusinessId }) => externalBusinessId,
    );
  }

  /** The resource that manages an integration, in any account and with any provider. */
  find({ account, integration }: FoundIntegration): ManagedIntegration | undefined {
    return this.#byId.get(integration.externalBusinessId)?.find((managed) => {
      const { integrationId } = integration;
      const isOfAccount = !managed.explicit && managed.account === account;
      return integrationId === undefined || managed.integrationId === undefined
        ? managed.explicit || isOfAccount
        : managed.integrationId === integrationId || isOfAccount;
    });
  }
}

function managedOf({ urn, id, provider, outputs = {} }: ExportedResource): ManagedIntegration {
  const text = (name: string) => {
    const value = inPlaintext(outputs[name]);
    return typeof value === "string" ? value : undefined;
  };
  return {
    name: nameOf(urn),
    externalBusinessId: text("externalBusinessId") ?? id ?? "",
    integrationId: text("integrationId"),
    account: text("account"),
    explicit: provider !== undefined && !isDefaultProvider(provider),
  };
}
