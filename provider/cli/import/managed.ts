import { isIntegrationType } from "../../stacks/integration-types";
import { inClear } from "../../stacks/secret-value";
import type { ExportedResource } from "../../stacks/stack";
import { isDefaultProvider, nameOf } from "../../stacks/urn";
import type { FoundIntegration } from "./plan";

/** A commerce integration that a stack manages. */
export interface ManagedIntegration {
  /** The resource's name. */
  readonly name: string;
  readonly externalBusinessId: string;
  readonly integrationId?: string | undefined;
  readonly account?: string | undefined;
  /** Whether an explicit provider has it, whose account goes by no name. */
  readonly explicit: boolean;
}

/** What a stack has of commerce integrations. */
export class ManagedIntegrations {
  /** The names of their resources, lookups included: the engine has each name once. */
  readonly names: readonly string[];
  readonly #byId: ReadonlyMap<string, readonly ManagedIntegration[]>;

  constructor(resources: readonly ExportedResource[]) {
    const integrations = resources.filter(({ type }) => isIntegrationType(type));
    this.names = integrations.map(({ urn }) => nameOf(urn));
    this.#byId = Map.groupBy(
      // Lookups are external: the stack reads them and manages nothing.
      integrations.filter(({ external }) => external !== true).map(managedOf),
      ({ externalBusinessId }) => externalBusinessId,
    );
  }

  /** The resource that has an integration, whichever of the stack's accounts and providers it is managed by. */
  find({ account, integration }: FoundIntegration): ManagedIntegration | undefined {
    return this.#byId.get(integration.externalBusinessId)?.find((managed) => {
      const { integrationId } = integration;
      return integrationId === undefined || managed.integrationId === undefined
        ? managed.explicit || managed.account === account
        : managed.integrationId === integrationId || (!managed.explicit && managed.account === account);
    });
  }
}

function managedOf({ urn, id, provider, outputs = {} }: ExportedResource): ManagedIntegration {
  const text = (name: string) => {
    const value = inClear(outputs[name]);
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
