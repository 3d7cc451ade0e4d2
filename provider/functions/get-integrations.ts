import type * as pulumi from "@pulumi/pulumi";
import { type GetIntegrationsArgs, getIntegrations as lookup } from "../lookups/get-integrations";
import { lookUp } from "./client";
import type { IntegrationRecord } from "./integration-record";
import { type InputsOf, outputForm } from "./output-form";

export type { GetIntegrationsArgs };

export interface GetIntegrationsResult {
  /** The integrations, by external business id. */
  integrations: IntegrationRecord[];
  /** Whether there are more than `maxItems`. */
  truncated: boolean;
}

/**
 * Lists the integrations of an account, to the end. Runs at every preview and update; nothing of it is kept in state.
 *
 * @throws Error on a bad argument, when no token is configured, and with Pinterest's answer when it refuses.
 */
export async function getIntegrations(
  args: GetIntegrationsArgs = {},
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationsResult> {
  return lookUp<GetIntegrationsArgs, GetIntegrationsResult>(lookup, args, opts);
}

/** The arguments of {@link getIntegrationsOutput}: those of {@link getIntegrations}, each possibly an output. */
export type GetIntegrationsOutputArgs = InputsOf<GetIntegrationsArgs>;

/**
 * Like {@link getIntegrations}, for arguments that are outputs of resources. With `includeSecrets` the whole result is
 * secret. Unknown while an argument or the provider's token is; with `dependsOn` it runs after those resources.
 */
export function getIntegrationsOutput(
  args: GetIntegrationsOutputArgs = {},
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationsResult>> {
  return outputForm("getIntegrations", getIntegrations, args, opts);
}
