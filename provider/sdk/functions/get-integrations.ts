import type * as pulumi from "@pulumi/pulumi";
import { type GetIntegrationsArgs, getIntegrations as lookup } from "../../runtime/lookups/get-integrations";
import { lookUp } from "./client";
import type { IntegrationRecord } from "./integration-record";
import { type InputsOf, outputForm } from "./output-form";

export type { GetIntegrationsArgs };

/** The integrations of an account. */
export interface GetIntegrationsResult {
  /** The integrations, sorted by external business ID. */
  integrations: IntegrationRecord[];
  /** Whether there are more integrations than `maxItems`. */
  truncated: boolean;
}

/**
 * Lists all integrations of an account, sorted by external business ID. Runs in every preview and update. State does not contain the result.
 *
 * @throws Error if an argument is invalid, no token is configured, or Pinterest refuses the request.
 */
export async function getIntegrations(
  args: GetIntegrationsArgs = {},
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationsResult> {
  return lookUp<GetIntegrationsArgs, GetIntegrationsResult>(lookup, args, opts);
}

/** Arguments of {@link getIntegrationsOutput}: those of {@link getIntegrations}, or outputs of them. */
export type GetIntegrationsOutputArgs = InputsOf<GetIntegrationsArgs>;

/**
 * Like {@link getIntegrations}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument or the
 * provider's token is unknown. With `includeSecrets`, the whole result is secret.
 */
export function getIntegrationsOutput(
  args: GetIntegrationsOutputArgs = {},
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationsResult>> {
  return outputForm("getIntegrations", getIntegrations, args, opts);
}
